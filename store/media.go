package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/google/uuid"

	"toadlane/coop"
	"toadlane/internal/failpoint"
	"toadlane/internal/limits"
	"toadlane/market"
)

// Pictures lie in media/ under names that we make: two letters of the id, then the id with the size. Nothing a stranger
// wrote is ever part of a path, and os.Root keeps what is from leaving the folder.

// photoFile is one size of a picture on the disk.
type photoFile struct {
	Size   string
	SHA256 string // hex
	Bytes  int64
}

func photoPath(id coop.ID, size string) string {
	return path.Join(string(id[len(id)-2:]), string(id)+"."+size)
}

// knownSize tells whether a picture may have a file of that size.
func knownSize(size string) bool {
	_, served := coop.PhotoSizes[size]
	return served || size == coop.PhotoWhole
}

// PutPhoto keeps a picture in its sizes and gives its id; owner "" is a copy of a neighbour's, for which those copies go that were
// not looked at for longest when they are more than limits.RemoteMediaBytes. Errors: Invalid for a type or size we do not serve;
// Unavailable, key store.disk_low, when the disk is nearly full; TooMany, key photo.quota, past limits.PhotoQuota.
func (s *Store) PutPhoto(ctx context.Context, owner coop.ID, p coop.Picture) (_ coop.ID, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("keep a picture of %q: %w", owner, classify(err))
		}
	}()
	if p.Type != "image/jpeg" && p.Type != "image/png" || len(p.Sizes) == 0 {
		return "", coop.Errorf(coop.Invalid, "photo.type", "picture of type %q in %d sizes", p.Type, len(p.Sizes))
	}
	if err := s.room(); err != nil {
		return "", err
	}
	u, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	id := coop.ID(u.String())
	var files []photoFile
	var total int64
	for size, b := range p.Sizes {
		if !knownSize(size) {
			return "", coop.Errorf(coop.Invalid, "photo.type", "a picture in sizes we do not have")
		}
		sum := sha256.Sum256(b)
		files = append(files, photoFile{size, hex.EncodeToString(sum[:]), int64(len(b))})
		total += int64(len(b))
	}
	kept := false
	defer func() {
		if !kept {
			s.removeFiles(id, files)
		}
	}()
	for _, f := range files {
		if err := s.writeMedia(photoPath(id, f.Size), bytes.NewReader(p.Sizes[f.Size])); err != nil {
			return "", err
		}
	}
	list, err := encode(files)
	if err != nil {
		return "", err
	}
	now := micros(s.now())
	failpoint.Here("photo_written")
	var gone map[coop.ID][]photoFile
	err = s.write(ctx, func(tx *Tx) error {
		if gone = nil; owner == "" {
			if gone, err = tx.evict(limits.RemoteMediaBytes - total); err != nil {
				return err
			}
		}
		var used int64
		if err := tx.queryRow(`SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM photo`).scan("", &used); err != nil {
			return err
		}
		if used+total > limits.PhotoQuota {
			return coop.Errorf(coop.TooMany, "photo.quota", "%d bytes kept, %d more", used, total)
		}
		_, err := tx.exec(`INSERT INTO photo (id, owner, type, width, height, bytes, created, used, files, blurhash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			string(id), string(owner), p.Type, p.Width, p.Height, total, now, now, list, p.Blurhash)
		return err
	})
	if err != nil {
		// When the commit's outcome is unknown the row may stand: the sweep finds out which files have one.
		kept = coop.ClassOf(err) == coop.Unavailable
		return "", err
	}
	kept = true
	for old, files := range gone {
		s.removeFiles(old, files)
	}
	return id, nil
}

// EvictPhotos makes copies of others' pictures go, those first that were not looked at for longest, until the rest takes no more
// than room bytes. It tells how many went.
func (s *Store) EvictPhotos(ctx context.Context, room int64) (int, error) {
	var gone map[coop.ID][]photoFile
	err := s.write(ctx, func(tx *Tx) (err error) {
		gone, err = tx.evict(room)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("evict pictures: %w", err)
	}
	for id, files := range gone {
		s.removeFiles(id, files)
	}
	return len(gone), nil
}

// evict forgets copies of others' pictures, those first that were not looked at for longest, until the rest takes no more than room
// bytes. It gives the files that may go once the transaction stands.
func (tx *Tx) evict(room int64) (map[coop.ID][]photoFile, error) {
	var used int64
	if err := tx.queryRow(`SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM photo WHERE owner = ''`).scan("", &used); err != nil || used <= room {
		return nil, err
	}
	type old struct {
		id, list string
		bytes    int64
	}
	gone := map[coop.ID][]photoFile{}
	for used > room {
		rows, err := collect(tx, func(scan func(...any) error) (o old, err error) { return o, scan(&o.id, &o.list, &o.bytes) },
			`SELECT id, files, bytes FROM photo WHERE owner = '' ORDER BY used, id LIMIT $1`, sweepBatch)
		if err != nil || len(rows) == 0 {
			return gone, err
		}
		for _, o := range rows {
			if used <= room {
				break
			}
			var files []photoFile
			if err := decode([]byte(o.list), &files); err != nil {
				return nil, err
			}
			if _, err := tx.exec(`DELETE FROM photo WHERE id = $1`, o.id); err != nil {
				return nil, err
			}
			gone[coop.ID(o.id)] = files
			used -= o.bytes
		}
	}
	return gone, nil
}

// writeMedia writes a file whole or not at all, and on the disk when it returns.
func (s *Store) writeMedia(name string, r io.Reader) error {
	dir := path.Dir(name)
	if err := s.media.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	temp := path.Join(dir, "."+rand.Text())
	f, err := s.media.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = s.media.Rename(temp, name)
	}
	if err != nil {
		_ = s.media.Remove(temp)
		return err
	}
	d, err := s.media.Open(dir) // the name itself must outlive a power cut too
	if err != nil {
		return err
	}
	err = d.Sync()
	_ = d.Close()
	return err
}

func (s *Store) removeFiles(id coop.ID, files []photoFile) {
	for _, f := range files {
		if err := s.media.Remove(photoPath(id, f.Size)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.log.Warn("remove a picture", "photo", id, "size", f.Size, "error", err)
		}
	}
}

// room refuses to put more on a disk that is nearly full, so that what matters more than pictures still has room: below
// limits.DiskLowPercent, on a large disk below limits.DiskLowBytes.
func (s *Store) room() error {
	free, total, err := diskSpace(s.opt.Dir)
	if err != nil {
		return err
	}
	if free < min(limits.DiskLowBytes, total*int64(limits.DiskLowPercent)/100) {
		return coop.Errorf(coop.Unavailable, "store.disk_low", "%d of %d bytes are free", free, total)
	}
	return nil
}

// OpenPhoto gives a picture at a size ("small", "medium", "large", of one that was cut also coop.PhotoWhole) with what is known of it. The caller closes it, and asks
// PhotoReach first who may see it. Class NotFound.
func (s *Store) OpenPhoto(ctx context.Context, id coop.ID, size string) (io.ReadSeekCloser, coop.PhotoInfo, error) {
	var info coop.PhotoInfo
	var owner, list string
	var created, used int64
	err := s.at(ctx).queryRow(`SELECT owner, type, width, height, blurhash, created, used, files FROM photo WHERE id = $1`, storable(string(id))).
		scan("photo.unknown", &owner, &info.Type, &info.Width, &info.Height, &info.Blurhash, &created, &used, &list)
	if err != nil {
		return nil, info, err
	}
	var files []photoFile
	if err := decode([]byte(list), &files); err != nil {
		return nil, info, err
	}
	for _, x := range files {
		if x.Size != size {
			continue
		}
		f, err := s.media.Open(photoPath(id, size))
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil, info, coop.Errorf(coop.NotFound, "photo.unknown", "the file of photo %s is gone", id)
			}
			return nil, info, classify(err)
		}
		info.Modified, info.Size, info.ETag = fromMicros(created), x.Bytes, `"`+x.SHA256[:32]+`"`
		// Copies of others' pictures go when nobody looks at them; a day's precision is enough.
		if now := s.now(); owner == "" && now.Sub(fromMicros(used)) > limits.PhotoOrphan {
			if err := s.write(ctx, func(tx *Tx) error {
				_, err := tx.exec(`UPDATE photo SET used = $2 WHERE id = $1`, string(id), micros(now))
				return err
			}); err != nil {
				s.log.Warn("note that a picture was looked at", "photo", id, "error", err)
			}
		}
		return f, info, nil
	}
	return nil, info, coop.Errorf(coop.NotFound, "photo.unknown", "photo %s has no size %.20q", id, size)
}

// PhotoReach tells how widely a picture may be shown: as widely as the widest listing it is on that is neither a draft nor
// archived, to everyone when it is the co-op's own, and to its owner alone before. Class NotFound.
func (s *Store) PhotoReach(ctx context.Context, id coop.ID) (reach coop.Visibility, owner coop.ID, err error) {
	var widest, ours int
	err = s.at(ctx).queryRow(`SELECT p.owner,
			coalesce((SELECT max(l.visibility) FROM listing_photo x JOIN listing l ON l.id = x.listing
				WHERE x.photo = p.id AND l.state NOT IN ($2, $3)), 0),
			(SELECT count(*) FROM coop WHERE picture = p.id)
		FROM photo p WHERE p.id = $1`, storable(string(id)), string(market.Draft), string(market.Archived)).scan("photo.unknown", &owner, &widest, &ours)
	if err != nil {
		return coop.OnlyMe, "", err
	}
	if ours > 0 {
		return coop.Everyone, owner, nil
	}
	return coop.Visibility(widest), owner, nil
}

// sweepBatch is how many pictures one transaction of SweepPhotos removes.
const sweepBatch = 200

// SweepPhotos removes pictures that are on no listing and nobody's own after limits.PhotoOrphan, copies of others' pictures that nobody
// looked at for limits.RemoteMediaKept or that are more than limits.RemoteMediaBytes, and files without a row. It tells how many went.
func (s *Store) SweepPhotos(ctx context.Context, now time.Time) (n int, err error) {
	for {
		gone := map[coop.ID][]photoFile{}
		err := s.write(ctx, func(tx *Tx) error {
			clear(gone)
			type old struct {
				id   coop.ID
				list string
			}
			rows, err := collect(tx, func(scan func(...any) error) (o old, err error) { return o, scan(&o.id, &o.list) },
				`SELECT p.id, p.files FROM photo p WHERE p.created <= $1
					AND NOT EXISTS (SELECT 1 FROM listing_photo x WHERE x.photo = p.id) AND NOT EXISTS (SELECT 1 FROM coop c WHERE c.picture = p.id)
					AND NOT EXISTS (SELECT 1 FROM person m WHERE m.photo = p.id)
				UNION SELECT p.id, p.files FROM photo p WHERE p.owner = '' AND p.used <= $2
				LIMIT $3`, micros(now.Add(-limits.PhotoOrphan)), micros(now.Add(-limits.RemoteMediaKept)), sweepBatch)
			if err != nil {
				return err
			}
			for _, o := range rows {
				var files []photoFile
				if err := decode([]byte(o.list), &files); err != nil {
					return err
				}
				if _, err := tx.exec(`DELETE FROM photo WHERE id = $1`, string(o.id)); err != nil {
					return err
				}
				gone[o.id] = files
			}
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("sweep pictures: %w", err)
		}
		for id, files := range gone {
			s.removeFiles(id, files)
		}
		n += len(gone)
		if len(gone) < sweepBatch {
			break
		}
	}
	evicted, err := s.EvictPhotos(ctx, limits.RemoteMediaBytes)
	if err != nil {
		return n, err
	}
	strays, err := s.sweepStrays(ctx, now)
	return n + evicted + strays, err
}

// sweepStrays removes files that no row knows: of an upload that ended between file and row.
func (s *Store) sweepStrays(ctx context.Context, now time.Time) (n int, err error) {
	err = s.eachMedia(func(name string, info fs.FileInfo) error {
		if now.Sub(info.ModTime()) <= limits.PhotoOrphan {
			return nil
		}
		if id, _, cut := cutName(name); cut {
			known, err := s.at(ctx).any(`SELECT 1 FROM photo WHERE id = $1`, id)
			if err != nil || known {
				return err
			}
		}
		n++
		return s.media.Remove(name)
	})
	if err != nil {
		return n, fmt.Errorf("sweep stray files: %w", classify(err))
	}
	return n, nil
}

// cutName takes the name of a file apart; cut is false for what is none of ours.
func cutName(name string) (id, size string, cut bool) {
	base := path.Base(name)
	if len(base) < 38 || base[36] != '.' {
		return "", "", false
	}
	id, size = base[:36], base[37:]
	return id, size, knownSize(size)
}

// eachMedia calls fn for every file in media/.
func (s *Store) eachMedia(fn func(name string, info fs.FileInfo) error) error {
	return fs.WalkDir(s.media.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(name, info)
	})
}
