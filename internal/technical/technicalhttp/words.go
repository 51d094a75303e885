package technicalhttp

import (
	"strconv"

	"kabinet/internal/technical"
)

// names leaves out languages in which the organization has no name.
func names(c technical.Caller) map[string]string {
	m := map[string]string{}
	for lang, name := range map[string]string{"uz": c.OrgUz, "ru": c.OrgRu, "en": c.OrgEn} {
		if name != "" {
			m[lang] = name
		}
	}
	return m
}

func placeIDs(c technical.Caller) []string {
	ids := make([]string, len(c.Scope.Places))
	for i, id := range c.Scope.Places {
		ids[i] = strconv.Itoa(int(id))
	}
	return ids
}
