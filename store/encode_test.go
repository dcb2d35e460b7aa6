package store

import (
	goflag "flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
	"toadlane/region"
)

var update = goflag.Bool("update", false, "write golden files anew")

// fillValue sets every field to something, so that none is forgotten when one is added.
func fillValue(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 12, 0, *n%60, 123456000, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fillValue(v.Field(i), n)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{0, 255, byte(*n)})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillValue(v.Index(0), n)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillValue(key, n)
		fillValue(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprint("é<&>", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 200))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 3)
	default:
		panic("no value for " + v.Type().String())
	}
}

// What lies in the databases of nodes that run must be read by every later program: a field that is renamed in the domain
// would be lost in silence. When this fails because a field was added, write the files anew with -update; when one was
// renamed or changed its type, write a migration as well.
func TestStoredShape(t *testing.T) {
	t.Parallel()
	for _, sample := range []any{new(coop.Coop), new(coop.Person), new(market.Listing), new(market.Thread), new(market.Message), new(market.Happening), new([]photoFile), new(manifest),
		new(handbook.Protocol), new(handbook.Revision), new(handbook.Motion), new(handbook.Adoption), new(handbook.Offer), new(region.Region), new(region.Charter), new(region.Mark), new(region.Area), new(region.Part), new(region.Unclaimed)} {
		kind := reflect.TypeOf(sample).Elem()
		name := kind.Name()
		if name == "" {
			name = kind.Elem().Name()
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			fillValue(reflect.ValueOf(sample).Elem(), &n)
			got, err := encode(sample)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", "stored", name+".json")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
				t.Error(diff)
			}
			back := reflect.New(kind)
			if err := decode(want, back.Interface()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(reflect.ValueOf(sample).Elem().Interface(), back.Elem().Interface()); diff != "" {
				t.Error(diff)
			}
			empty := reflect.New(kind)
			if text, err := encode(reflect.Zero(kind).Interface()); err != nil || decode([]byte(text), empty.Interface()) != nil || !reflect.DeepEqual(empty.Elem().Interface(), reflect.Zero(kind).Interface()) && kind.Kind() != reflect.Slice {
				t.Errorf("an empty one becomes %s, %v", text, err)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{{}, time.Unix(0, 1000).UTC(), time.Date(1901, 1, 2, 3, 4, 5, 6000, time.UTC), time.Date(2999, 12, 31, 23, 59, 59, 999999000, time.UTC)} {
		if back := fromMicros(micros(at)); !back.Equal(at) || back.Location() != time.UTC {
			t.Errorf("%v comes back as %v", at, back)
		}
	}
}
