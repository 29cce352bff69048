package lang

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The limits of a manifest file. The parser and the evaluator call themselves once
// a level: 100,000 nested templates would overflow the stack, which no program can
// catch (hashicorp/hcl#809). So the lexer looks first.
const (
	// MaxFile is the size of a file in bytes.
	MaxFile    = 1 << 20
	maxNesting = 64
	// maxChain is how many operators, conditions, dots and indexes may follow
	// each other in one expression: a+b+c… nests as deep as ((a+b)+c)….
	maxChain = 1000
)

// guard reports what would be too much for the parser.
func guard(src []byte, name string) *hcl.Diagnostic {
	if d := guardFile(src, name); d != nil {
		return d
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	return guardTokens(tokens)
}

// guardFile checks the size of a file, and that it is text.
func guardFile(src []byte, name string) *hcl.Diagnostic {
	start := hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
	if len(src) > MaxFile {
		return hclError("File too large", "A manifest file has at most 1 MiB: move the rows into a csv that a messages block reads.", start)
	}
	if bytes.IndexByte(src, 0) >= 0 {
		return hclError("Not a text file", "The file has NUL bytes. Save it as UTF-8 text.", start)
	}
	return nil
}

// guardTokens checks how deep the parser would go.
func guardTokens(tokens hclsyntax.Tokens) *hcl.Diagnostic {
	var g nesting
	for i, t := range tokens {
		if !g.fits(t, tokens[i+1:]) {
			return tooDeep("Blocks, brackets, templates and operators may be nested 64 deep. Use locals to break the expression up.", t.Range)
		}
	}
	return nil
}

// nesting counts open brackets and templates, and the length of the chains of
// operators within each.
type nesting struct{ open []level }

type level struct {
	opener hclsyntax.TokenType
	// chain counts the operators since the last separator; directives the %{if}
	// and %{for} of a template that are still open.
	chain, directives int
}

func (g *nesting) fits(t hclsyntax.Token, rest hclsyntax.Tokens) bool {
	if len(g.open) == 0 {
		g.open = append(g.open, level{})
	}
	top := &g.open[len(g.open)-1]
	switch t.Type {
	case hclsyntax.TokenTemplateControl:
		top.directives += directive(rest)
		g.open = append(g.open, level{opener: t.Type})
	case hclsyntax.TokenOBrack:
		top.chain++
		g.open = append(g.open, level{opener: t.Type})
	case hclsyntax.TokenOBrace, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
		hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
		g.open = append(g.open, level{opener: t.Type})
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
		hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		if len(g.open) > 1 {
			g.open = g.open[:len(g.open)-1]
		}
	case hclsyntax.TokenComma:
		top.chain = 0
	case hclsyntax.TokenNewline:
		if top.opener == 0 || top.opener == hclsyntax.TokenOBrace {
			top.chain = 0
		}
	default:
		if operator(t.Type) {
			top.chain++
		}
	}
	return g.depth() <= maxNesting && g.open[len(g.open)-1].chain <= maxChain && top.chain <= maxChain
}

func (g *nesting) depth() int {
	depth := len(g.open) - 1
	for _, l := range g.open {
		depth += max(0, l.directives)
	}
	return depth
}

// directive says how a %{ changes the number of open directives.
func directive(rest hclsyntax.Tokens) int {
	for _, t := range rest {
		if t.Type != hclsyntax.TokenIdent {
			continue
		}
		switch string(t.Bytes) {
		case "if", "for":
			return 1
		case "endif", "endfor":
			return -1
		}
		return 0
	}
	return 0
}

// operator reports whether a token makes an expression deeper.
func operator(t hclsyntax.TokenType) bool {
	return slices.Contains([]hclsyntax.TokenType{
		hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar,
		hclsyntax.TokenSlash, hclsyntax.TokenPercent, hclsyntax.TokenAnd, hclsyntax.TokenOr,
		hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan,
		hclsyntax.TokenLessThanEq, hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq,
		hclsyntax.TokenQuestion, hclsyntax.TokenColon, hclsyntax.TokenDot,
	}, t)
}

func tooDeep(detail string, at hcl.Range) *hcl.Diagnostic {
	return hclError("Nested too deeply", detail, at)
}

func hclError(summary, detail string, at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}
