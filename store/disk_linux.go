package store

import (
	"fmt"
	"syscall"

	"toadlane/coop"
)

// File systems that are reached over a network or through another program, by the magic number that statfs gives
// (statfs(2)). SQLite's locks and its shared memory do not hold there (sqlite.org/wal.html).
var foreignDisks = map[int64]string{
	0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB2", 0x65735546: "FUSE",
}

// localDisk refuses a folder on a network file system: Conflict, key store.network_disk.
func localDisk(dir string) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return fmt.Errorf("ask what disk %s is on: %w", dir, err)
	}
	if name, bad := foreignDisks[int64(st.Type)&0xffffffff]; bad { //nolint:unconvert // int32 on some machines
		return coop.Errorf(coop.Conflict, "store.network_disk", "%s is on %s", dir, name)
	}
	return nil
}

// diskSpace is how much of the disk under dir is free for us, and how much there is, in bytes.
func diskSpace(dir string) (free, total int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0, fmt.Errorf("ask for free space in %s: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize), nil //nolint:unconvert // differs by machine
}
