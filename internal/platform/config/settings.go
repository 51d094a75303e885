package config

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"text/tabwriter"
)

// setting is one variable as declared in Config.
type setting struct {
	name     string // KABINET_SMTP_HOST
	fallback string // default, as the operator would write it
	about    string
	value    reflect.Value
}

// settings lists all variables in the order of their declaration.
func settings(c Config) []setting {
	return walk(reflect.ValueOf(c), prefix)
}

func walk(v reflect.Value, prefix string) []setting {
	var all []setting
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, tagged := field.Tag.Lookup("env")
		switch {
		case name == "-":
		case tagged:
			all = append(all, setting{
				name:     prefix + name,
				fallback: field.Tag.Get("envDefault"),
				about:    field.Tag.Get("about"),
				value:    v.Field(i),
			})
		case field.Type.Kind() == reflect.Struct:
			all = append(all, walk(v.Field(i), prefix+field.Tag.Get("envPrefix"))...)
		}
	}
	return all
}

// shown is a value as it may appear on a terminal or in a log.
func shown(s setting, raw string) string {
	switch s.value.Interface().(type) {
	case Secret:
		return Secret(raw).String()
	case DSN:
		return DSN(raw).String()
	}
	return raw
}

// unknown lists the variables that begin like ours and are none.
func unknown(c Config, values map[string]string) []string {
	var names []string
	for name := range values {
		if !slices.ContainsFunc(settings(c), func(s setting) bool { return s.name == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Print writes the effective settings as lines NAME=value, secrets replaced.
func (c Config) Print(w io.Writer) error {
	for _, s := range settings(c) {
		if _, err := fmt.Fprintf(w, "%s=%v\n", s.name, s.value.Interface()); err != nil {
			return fmt.Errorf("print configuration: %w", err)
		}
	}
	return nil
}

// Usage writes a table of all settings: name, default, meaning.
func Usage(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range settings(Config{}) {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\n", s.name, s.fallback, s.about) // kept by t; Flush reports
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print settings: %w", err)
	}
	return nil
}
