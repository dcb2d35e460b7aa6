package main

import "toadlane/internal/limits"

// Run prints every limit, in the order of their file.
func (c *limitsCommand) Run(w *world) error {
	type row struct {
		Name  string `json:"name"`
		Value string `json:"value"`
		Unit  string `json:"unit,omitempty"`
		Why   string `json:"why"`
	}
	var rows []row
	for _, r := range limits.Table() {
		rows = append(rows, row(r))
	}
	return list(w, c.JSON, rows, "LIMIT VALUE UNIT WHY", func(r row) []any { return []any{r.Name, r.Value, r.Unit, r.Why} })
}
