package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/market"
)

// A dump is every row of every table as lines of JSON, the same from both databases: first {"table":…,"columns":[…]}, then one
// array per row. Bytes are {"b64":…}. The search indexes are left out and built anew.

// table is one table as the catalogue has it.
type table struct {
	name    string
	columns []string
	counted string // the column that PostgreSQL counts by itself, or ""
	parents []string
}

// tables lists the tables, each after those it refers to, with the columns that can be written: SQLite's table_info leaves
// generated ones out by itself.
func (s *Store) tables(ctx context.Context) ([]table, error) {
	list, columns, parents := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
		`SELECT name, 0 FROM pragma_table_info($1) ORDER BY cid`, `SELECT "table" FROM pragma_foreign_key_list($1)`
	if s.Postgres() {
		list = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`
		columns = `SELECT column_name, CASE WHEN is_identity = 'YES' THEN 1 ELSE 0 END FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`
		parents = `SELECT p.relname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class p ON p.oid = c.confrelid
			JOIN pg_namespace n ON n.oid = t.relnamespace WHERE c.contype = 'f' AND n.nspname = current_schema() AND t.relname = $1`
	}
	tx := s.at(ctx)
	names, err := collect(tx, text1, list)
	if err != nil {
		return nil, err
	}
	var left []table
	for _, name := range names {
		if strings.HasPrefix(name, "listing_search") || strings.HasPrefix(name, "protocol_search") || strings.HasPrefix(name, "goose_") {
			continue
		}
		t := table{name: name}
		t.columns, err = collect(tx, func(scan func(...any) error) (c string, err error) {
			var counted int
			if err = scan(&c, &counted); counted == 1 {
				t.counted = c
			}
			return c, err
		}, columns, name)
		if err != nil {
			return nil, err
		}
		if t.parents, err = collect(tx, text1, parents, name); err != nil {
			return nil, err
		}
		left = append(left, t)
	}
	var out []table
	placed := map[string]bool{}
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(t table) bool {
			return !slices.ContainsFunc(t.parents, func(p string) bool { return p != t.name && !placed[p] })
		})
		if i < 0 {
			return nil, coop.Errorf(coop.Internal, "error.internal", "tables refer to one another in a circle")
		}
		placed[left[i].name] = true
		out = append(out, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return out, nil
}

// dumpHead begins a table in a dump.
type dumpHead struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type dumpBytes struct {
	Base64 string `json:"b64"`
}

// dump writes every row as it was at one moment.
func (s *Store) dump(ctx context.Context, w io.Writer) error {
	tables, err := s.tables(ctx)
	if err != nil {
		return err
	}
	options := &sql.TxOptions{} // a transaction of SQLite always sees one moment
	if s.Postgres() {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	t, err := s.readDB.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer func() { _ = t.Rollback() }()
	if s.Postgres() {
		if _, err := t.ExecContext(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
			return err
		}
	}
	out := bufio.NewWriter(w)
	for _, tab := range tables {
		if err := dumpTable(ctx, t, tab, out); err != nil {
			return fmt.Errorf("dump %s: %w", tab.name, err)
		}
	}
	return out.Flush()
}

func dumpTable(ctx context.Context, t *sql.Tx, tab table, out *bufio.Writer) error {
	line := func(v any) error {
		b, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
		if err != nil {
			return err
		}
		_, err = out.Write(append(b, '\n'))
		return err
	}
	if err := line(dumpHead{tab.name, tab.columns}); err != nil {
		return err
	}
	rows, err := t.QueryContext(ctx, `SELECT `+strings.Join(tab.columns, ", ")+` FROM `+tab.name+` ORDER BY 1`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	values, into := make([]any, len(tab.columns)), make([]any, len(tab.columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = dumpBytes{base64.StdEncoding.EncodeToString(b)}
			}
		}
		if err := line(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// loadPiece is how many rows of a dump go in at once.
const loadPiece = 500

// load fills empty tables from a dump, and builds the search index. When it fails, the tables are empty again.
func (s *Store) load(ctx context.Context, r io.Reader) (err error) {
	tables, err := s.tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		some, err := s.at(ctx).any(`SELECT 1 FROM ` + t.name + ` LIMIT 1`)
		if err != nil {
			return err
		}
		if some {
			return coop.Errorf(coop.Conflict, "restore.not_empty", "table %s has rows", t.name)
		}
	}
	defer func() {
		if err != nil {
			_ = s.write(context.WithoutCancel(ctx), func(tx *Tx) error {
				for _, t := range slices.Backward(tables) {
					if _, err := tx.exec(`DELETE FROM ` + t.name); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}()
	in := bufio.NewReader(r)
	var insert string
	var rows [][]any
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		err := s.write(ctx, func(tx *Tx) error {
			for _, r := range rows {
				if _, err := tx.exec(insert, r...); err != nil {
					return err
				}
			}
			return nil
		})
		rows = rows[:0]
		return err
	}
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			break
		}
		if err != nil && err != io.EOF {
			return err
		}
		if line[0] == '{' {
			if err := flush(); err != nil {
				return err
			}
			if insert, err = insertFor(tables, line); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
			continue
		}
		row, err := dumpedRow(line)
		if err != nil || insert == "" || len(row) != strings.Count(insert, "$") {
			return coop.Errorf(coop.Invalid, "backup.damaged", "line %d of the dump: %w", n, err)
		}
		if rows = append(rows, row); len(rows) == loadPiece {
			if err := flush(); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if s.Postgres() {
		for _, t := range tables {
			if t.counted == "" {
				continue
			}
			if err := s.write(ctx, func(tx *Tx) error {
				_, err := tx.exec(`SELECT setval(pg_get_serial_sequence($1, '`+t.columns[0]+`'), (SELECT coalesce(max(`+t.columns[0]+`), 0) + 1 FROM `+t.name+`), false)`, t.name)
				return err
			}); err != nil {
				return err
			}
		}
	}
	if err := s.reindex(ctx); err != nil {
		return err
	}
	return s.reindexHandbook(ctx)
}

// insertFor makes the INSERT of a table that the dump names. Names come from our own catalogue, never from the dump.
func insertFor(tables []table, line []byte) (string, error) {
	var head dumpHead
	if err := json.Unmarshal(line, &head); err != nil {
		return "", coop.Errorf(coop.Invalid, "backup.damaged", "head of a table: %w", err)
	}
	i := slices.IndexFunc(tables, func(t table) bool { return t.name == head.Table })
	if i < 0 {
		return "", coop.Errorf(coop.Invalid, "backup.damaged", "a table %.60q", head.Table)
	}
	names, values := make([]string, len(head.Columns)), make([]string, len(head.Columns))
	for k, c := range head.Columns {
		j := slices.Index(tables[i].columns, c)
		if j < 0 || slices.Contains(head.Columns[:k], c) {
			return "", coop.Errorf(coop.Invalid, "backup.damaged", "a column %.60q of %s", c, head.Table)
		}
		names[k], values[k] = tables[i].columns[j], fmt.Sprintf("$%d", k+1)
	}
	return `INSERT INTO ` + tables[i].name + ` (` + strings.Join(names, ", ") + `) VALUES (` + strings.Join(values, ", ") + `)`, nil
}

func dumpedRow(line []byte) ([]any, error) {
	var raw []jsontext.Value
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	row := make([]any, len(raw))
	for i, v := range raw {
		switch v.Kind() {
		case 'n':
		case '0':
			var n int64
			if err := json.Unmarshal(v, &n); err != nil {
				return nil, err
			}
			row[i] = n
		case '"':
			var s string
			if err := json.Unmarshal(v, &s); err != nil {
				return nil, err
			}
			row[i] = s
		case '{':
			var b dumpBytes
			if err := json.Unmarshal(v, &b); err != nil {
				return nil, err
			}
			data, err := base64.StdEncoding.DecodeString(b.Base64)
			if err != nil {
				return nil, err
			}
			row[i] = notNil(data)
		default:
			return nil, fmt.Errorf("a value that begins with %q", byte(v.Kind()))
		}
	}
	return row, nil
}

// reindex builds the search index anew.
func (s *Store) reindex(ctx context.Context) error {
	type line struct {
		seq  int64
		data []byte
	}
	for after := int64(-1 << 62); ; {
		rows, err := collect(s.at(ctx), func(scan func(...any) error) (l line, err error) { return l, scan(&l.seq, &l.data) },
			`SELECT seq, data FROM listing WHERE seq > $1 ORDER BY seq LIMIT $2`, after, loadPiece)
		if err != nil {
			return err
		}
		err = s.write(ctx, func(tx *Tx) error {
			for _, r := range rows {
				var l market.Listing
				if err := decode(r.data, &l); err != nil {
					return err
				}
				tx.unindex(r.seq)
				tx.index(r.seq, &l)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(rows) < loadPiece {
			return nil
		}
		after = rows[len(rows)-1].seq
	}
}

// reindexHandbook builds the search index of the handbook anew.
func (s *Store) reindexHandbook(ctx context.Context) error {
	for after := ""; ; {
		pages, err := collect(s.at(ctx), stored[handbook.Protocol], `SELECT data FROM protocol WHERE id > $1 ORDER BY id LIMIT $2`, after, loadPiece)
		if err != nil {
			return err
		}
		err = s.write(ctx, func(tx *Tx) error {
			for i := range pages {
				if err := tx.indexProtocol(&pages[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(pages) < loadPiece {
			return nil
		}
		after = string(pages[len(pages)-1].ID)
	}
}
