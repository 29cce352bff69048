package lang

// A Schema says which blocks and names there are.
type Schema struct {
	// Kinds are the blocks at the top of a file, in the order in which they are listed.
	Kinds []string
	// Shape describes a block of a kind, such as "message" or "check.assert", with
	// these labels; false when there is none of that kind.
	Shape func(kind string, labels []string) (Shape, bool)
	// References are names that arguments refer to and expressions can't.
	References []string
	// Misplaced says, for a name that an expression can't refer to here, where it
	// can.
	Misplaced map[string]string
	// Unsupported says, for an argument in a block that doesn't have it, where it
	// belongs.
	Unsupported map[string]string
}

func (s *Schema) shape(kind string, labels []string) Shape {
	shape, _ := s.Shape(kind, labels)
	return shape
}

// A Shape is what a block of a kind looks like.
type Shape struct {
	// Labels are what its labels are; Optional is one more that may follow, and may
	// be any text.
	Labels   []string
	Optional string
	// AnyName says that the last label may be any text: nothing refers to it.
	AnyName bool
	// Arguments and Blocks may be in it.
	Arguments, Blocks []string
	// Repeatable says that several blocks with the same labels are different ones.
	Repeatable bool
}

// CoreShape describes the blocks of the language itself: variable and locals.
func CoreShape(kind string) (Shape, bool) {
	switch kind {
	case "variable":
		return Shape{Labels: []string{"name"}, Arguments: []string{"type", "default", "description", "sensitive", "nullable"}, Blocks: []string{"validation"}}, true
	case "variable.validation":
		return Shape{Arguments: []string{"condition", "error_message"}}, true
	case "locals":
		return Shape{Repeatable: true}, true
	}
	return Shape{}, false
}
