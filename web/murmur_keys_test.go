package web

func init() {
	composed["murmur.what."] = murmurKinds
	composed["murmur.status."] = murmurStatuses
}
