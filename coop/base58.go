package coop

// The alphabet of base58btc: digits and letters without 0, O, I and l (draft-msporny-base58-03 §2).
const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

var base58Value = func() (values [256]int8) {
	for i := range values {
		values[i] = -1
	}
	for i := range len(base58Alphabet) {
		values[base58Alphabet[i]] = int8(i)
	}
	return values
}()

// base58 writes bytes whose first is not zero, which a multihash never begins with.
func base58(in []byte) string {
	digits := make([]byte, 0, len(in)*138/100+1) // log 256 / log 58 is a little less than 1.38; least significant first
	for _, b := range in {
		carry := int(b)
		for i, d := range digits {
			carry += int(d) << 8
			digits[i], carry = byte(carry%58), carry/58
		}
		for ; carry > 0; carry /= 58 {
			digits = append(digits, byte(carry%58))
		}
	}
	out := make([]byte, len(digits))
	for i, d := range digits {
		out[len(out)-1-i] = base58Alphabet[d]
	}
	return string(out)
}

// unbase58 reads what base58 writes; ok is false for a letter that is not of the alphabet.
func unbase58(s string) (out []byte, ok bool) {
	bytes := make([]byte, 0, len(s)) // least significant first
	for i := range len(s) {
		carry := int(base58Value[s[i]])
		if carry < 0 {
			return nil, false
		}
		for j, b := range bytes {
			carry += int(b) * 58
			bytes[j], carry = byte(carry), carry>>8
		}
		for ; carry > 0; carry >>= 8 {
			bytes = append(bytes, byte(carry))
		}
	}
	out = make([]byte, len(bytes))
	for i, b := range bytes {
		out[len(out)-1-i] = b
	}
	return out, true
}
