package words

// chatPhrases are the texts of the Markdown that no other form has.
func chatPhrases() map[string]phrase {
	return map[string]phrase{
		"chat.problems": {"%s: %d", "%s：%d 项"},
		"chat.more":     {"and %d more", "另有 %d 项"},
	}
}
