package words

// chatPhrases are the texts of the Markdown that no other form has.
func chatPhrases() map[string]phrase {
	return map[string]phrase{
		"chat.lowest":   {"%s: the %d lowest", "%s：最低的 %d 项"},
		"chat.problems": {"%s: %d", "%s：%d 项"},
		"chat.more":     {"and %d more", "另有 %d 项"},
	}
}
