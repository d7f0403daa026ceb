// Package strictyaml reads YAML that a person wrote, and takes nothing that the person may not
// have meant: one document, no anchors, no unknown keys. It takes the bytes of one file and gives
// nodes, the values in them, and every problem at its line and column, with what may have been
// meant. It is the only room that knows which parser is used, and it must never know what a file
// is about: plans and rules say what their keys are.
package strictyaml
