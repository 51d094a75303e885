// Package eimzosim stands in for the E-IMZO program on a developer's computer:
// the same local WebSocket protocol (CAPIWS), throw-away keys with the national
// identifiers, and a switch for everything that can go wrong.
//
// It signs whatever a page on this computer asks it to, without a password.
// Every other file therefore carries the build tag "dev", so that no production
// binary can contain it, and it refuses to listen beyond loopback.
package eimzosim
