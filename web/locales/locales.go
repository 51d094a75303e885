// Package locales carries the messages: one folder per language, one file per
// feature, the same keys in each.
package locales

import "embed"

// Files holds <language>/<feature>.json.
//
//go:embed */*.json
var Files embed.FS
