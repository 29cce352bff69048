package lang

import "notifyaudit/job/manifest/source"

// CAFile is the path of the certificates that the argument ca_file names; empty where it
// isn't set or a mistake was reported.
func CAFile(a *Args) string {
	name := a.Text("ca_file", "")
	if name == "" {
		return ""
	}
	file, err := a.Program().Files.Find(name, "a certificate that the manifest names")
	if err == nil {
		err = file.Hash()
	}
	if err != nil {
		a.FailAt("ca_file", source.Unreadable(name, err))
		return ""
	}
	return file.Path
}
