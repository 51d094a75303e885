package request

// MediaType is what a document turns out to be.
func MediaType(u Upload) (string, error) {
	kind, err := u.mediaType()
	if err != nil {
		kind = ""
	}
	return kind, err
}
