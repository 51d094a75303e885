//go:build !dev

package main

// devCommands are in the development binary only (decision 0015).
func devCommands() []command { return nil }
