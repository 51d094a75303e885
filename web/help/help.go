// Package help carries the articles: one folder per language, the same articles
// in each, and the glossary in all three. What may stand in an article is said in
// kabinet/internal/help.
package help

import "embed"

// Files holds <language>/<article>.md and glossary.json.
//
//go:embed */*.md glossary.json
var Files embed.FS
