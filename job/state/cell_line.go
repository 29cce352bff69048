package state

import (
	"context"
	"fmt"
	"slices"

	"notifyaudit/job"
)

// cellMembersAtOnce is how many people are in a line.
const cellMembersAtOnce = 5000

// published writes the cells with their people.
func (e *exporter) published(ctx context.Context) error {
	cells, err := e.cells(ctx)
	if err != nil {
		return err
	}
	for _, c := range cells {
		err := e.line(cellLine{
			Type: lineCell, Pooled: c.Pooled, Segment: c.Segment, Group: c.Group,
			People: c.People, Read: c.Read, Unread: c.Unread, AsOf: c.AsOf, Since: c.Since,
		})
		if err != nil {
			return err
		}
		slices.SortFunc(c.Parts, func(a, b job.CellPart) int { return compareIDs(a.Message, b.Message) })
		for i := range c.Parts {
			if err := e.part(&c.Parts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *exporter) part(p *job.CellPart) error {
	id := p.Message
	err := e.line(cellPartLine{
		Type: lineCellPart, Provider: id.Provider, Kind: id.Kind, ProcessQueryKey: id.ProcessQueryKey,
		Size: p.Size, Listed: p.Listed,
	})
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(p.UserIDs, cellMembersAtOnce) {
		if err := e.line(peopleLine{Type: lineCellMembers, UserIDs: ids}); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) cell(ctx context.Context, text []byte) error {
	l, err := decode[cellLine](text)
	if err != nil {
		return err
	}
	c := &job.Cell{
		Pooled: l.Pooled, Segment: l.Segment, Group: l.Group,
		People: l.People, Read: l.Read, Unread: l.Unread, AsOf: l.AsOf, Since: l.Since,
	}
	if err := i.newCell(ctx, c); err != nil {
		return err
	}
	i.cellRow, i.cellMessage = c.ID, 0
	return nil
}

func (i *importer) cellPart(ctx context.Context, text []byte) error {
	l, err := decode[cellPartLine](text)
	if err != nil {
		return err
	}
	if i.cellRow == 0 {
		return fmt.Errorf("%w: a part belongs to no cell", ErrBadExport)
	}
	id := job.MessageID{Provider: l.Provider, Kind: l.Kind, ProcessQueryKey: l.ProcessQueryKey}
	s, err := i.find(ctx, id)
	if err != nil {
		return fmt.Errorf("%w: a cell has a part of an unknown message", ErrBadExport)
	}
	i.cellMessage = s.id
	return i.addPart(ctx, i.cellRow, &job.CellPart{Message: id, Size: l.Size, Listed: l.Listed})
}

func (i *importer) cellMembers(ctx context.Context, text []byte) error {
	l, err := decode[peopleLine](text)
	if err != nil {
		return err
	}
	if i.cellMessage == 0 {
		return fmt.Errorf("%w: people belong to no part of a cell", ErrBadExport)
	}
	return i.addMembers(ctx, i.cellRow, i.cellMessage, l.UserIDs)
}
