/*
 * The tables as a picture: SVG that stands in the page.
 */
#include "schema/report_part.h"

#include <stdint.h>
#include <string.h>

#include "base/html.h"
#include "base/utf8.h"
#include "schema/boxes.h"
#include "schema/diagram.h"
#include "schema/layout.h"

/* In pixels; letters are of one width, whatever the font is. */
enum {
    LETTER = 73, /* tenths */
    HEAD = 26,
    ROW = 20,
    BELOW = 5, /* the last row */
    MARKS = 46,
    PADDING = 12,
    NARROWEST = 150,
    GAP = 22,
    GUTTER = 76,
    MARGIN = 16,
    LOOP = 34, /* how far a line to the same column goes out */
    NAME = 34, /* letters that are shown of a name */
    TYPE = 24,
};

struct drawing {
    struct page *page;
    struct buf *out;
    struct boxes boxes;
    struct layout layout;
};

/* ------------------------------------------------------------------- texts */

/* How many bytes of TEXT are no wider than MOST letters. */
static size_t
fitting(const char *text, size_t most)
{
    size_t width = 0;
    size_t at = 0;

    while (text[at] != '\0') {
        size_t len = utf8_len(text + at);
        char letter[8] = {0};

        memcpy(letter, text + at, len ? len : 1);
        width += utf8_width(letter);
        if (width > most)
            return at;
        at += len ? len : 1;
    }
    return at;
}

static int
width_of(const char *text, size_t most)
{
    size_t width = utf8_width(text);

    return (int)(width < most ? width : most) * LETTER / 10;
}

/* All of it, or what fits but for the last letter and a sign. */
static void
add_fitting(struct buf *out, const char *text, size_t most)
{
    if (utf8_width(text) <= most) {
        html_text(out, text);
        return;
    }
    html_bytes(out, text, fitting(text, most - 1));
    buf_text(out, "…");
}

static const char *
type_of(const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];

    return type ? type : "";
}

/* ------------------------------------------------------------------- places */

static int
box_width(struct arena *arena, const struct box *box)
{
    int width = width_of(object_name(arena, box->table), NAME + TYPE) +
                2 * PADDING + MARKS / 2;

    if (width < NARROWEST)
        width = NARROWEST;
    for (size_t i = 0; i < box->nrows; i++) {
        const struct object *column = box->rows[i].column;
        int own = MARKS + width_of(column->name, NAME) + PADDING +
                  width_of(type_of(column), TYPE) + PADDING;

        if (own > width)
            width = own;
    }
    return width;
}

static void
place(struct drawing *drawing)
{
    struct arena *arena = &drawing->page->arena;
    const struct boxes *boxes = &drawing->boxes;
    struct layout *layout = &drawing->layout;

    *layout = (struct layout){
        .nodes = arena_array(arena, boxes->count + 1, sizeof *layout->nodes),
        .nnodes = boxes->count,
        .edges = arena_array(arena, boxes->nlines + 1, sizeof *layout->edges),
        .nedges = boxes->nlines,
        .gap = GAP,
        .gutter = GUTTER,
    };
    for (size_t i = 0; i < boxes->count; i++) {
        layout->nodes[i].width = box_width(arena, &boxes->items[i]);
        layout->nodes[i].height =
            HEAD + ROW * (int)boxes->items[i].nrows + BELOW;
    }
    for (size_t i = 0; i < boxes->nlines; i++) {
        layout->edges[i].from = boxes->lines[i].from;
        layout->edges[i].to = boxes->lines[i].to;
    }
    layout_place(arena, layout);
}

/* ------------------------------------------------------------------- lines */

struct end {
    int x;
    int y;
    int out; /* the way away from the box: 1 to the right, -1 to the left */
};

/* ROW may be SIZE_MAX: at the head. */
static struct end
end_at(const struct drawing *drawing, size_t box, size_t row, bool right)
{
    const struct layout_node *node = &drawing->layout.nodes[box];

    return (struct end){
        .x = node->x + (right ? node->width : 0),
        .y = node->y +
             (row == SIZE_MAX ? HEAD / 2 : HEAD + ROW * (int)row + ROW / 2),
        .out = right ? 1 : -1,
    };
}

static void
add_curve(struct buf *out, int from_x, int from_y, int to_x, int to_y)
{
    int middle = (from_x + to_x) / 2;

    buf_printf(out, "C%d %d %d %d %d %d", middle, from_y, middle, to_y, to_x,
               to_y);
}

/* From row to row, through the lanes if there are columns between. */
static void
add_way(struct buf *out, const struct layout_edge *edge, const struct end *from,
        const struct end *to)
{
    int x = from->x;
    int y = from->y;

    buf_printf(out, "M%d %d", x, y);
    if (from->out == to->out) {
        int far = (from->x > to->x ? from->x : to->x) + LOOP;

        buf_printf(out, "C%d %d %d %d %d %d", far, from->y, far, to->y, to->x,
                   to->y);
        return;
    }
    for (size_t i = 0; i < edge->nlanes; i++) {
        const struct layout_lane *lane = &edge->lanes[i];

        add_curve(out, x, y, from->out > 0 ? lane->left : lane->right, lane->y);
        x = from->out > 0 ? lane->right : lane->left;
        y = lane->y;
        buf_printf(out, "H%d", x);
    }
    add_curve(out, x, y, to->x, to->y);
}

/* A foot of three toes for many rows, a bar for one, and a ring for none. */
static void
add_marks(struct buf *out, const struct box_line *line, const struct end *from,
          const struct end *to)
{
    if (line->single)
        buf_printf(out, "M%d %dv10", from->x + 8 * from->out, from->y - 5);
    else
        buf_printf(out, "M%d %dL%d %dL%d %d", from->x, from->y - 5,
                   from->x + 9 * from->out, from->y, from->x, from->y + 5);
    buf_printf(out, "M%d %dv10", to->x + 5 * to->out, to->y - 5);
    if (line->optional)
        buf_printf(out, "M%d %da4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
                   to->x + 12 * to->out - 4, to->y);
}

static const char *
side_class(unsigned sides)
{
    return sides == BOX_BOTH ? "" : " alone";
}

/* " (only in SQLite)" */
static void
add_side(struct drawing *drawing, unsigned sides)
{
    if (sides == BOX_LEFT || sides == BOX_RIGHT)
        html_between(drawing->out, " (only ",
                     drawing->page->places[sides == BOX_RIGHT], ")");
}

static void
add_line(struct drawing *drawing, size_t number)
{
    struct arena *arena = &drawing->page->arena;
    struct buf *out = drawing->out;
    const struct box_line *line = &drawing->boxes.lines[number];
    size_t from_column = drawing->layout.nodes[line->from].column;
    size_t to_column = drawing->layout.nodes[line->to].column;
    struct end from =
        end_at(drawing, line->from, line->from_row, from_column <= to_column);
    struct end to =
        end_at(drawing, line->to, line->to_row, to_column <= from_column);

    buf_printf(out,
               "<g class=\"line %s%s\" data-from=\"b%zu\" data-to=\"b%zu\">"
               "<title>",
               severity_names[line->remark.severity],
               side_class(line->remark.sides), line->from, line->to);
    html_text(out, object_name(arena, line->key->owner));
    html_between(out, " (", key_columns(arena, line->key), ")");
    html_between(out, " references ", line->key->text[ATTRIBUTE_REFERENCES],
                 "");
    add_side(drawing, line->remark.sides);
    buf_text(out, "</title><path d=\"");
    add_way(out, &drawing->layout.edges[number], &from, &to);
    buf_text(out, "\"/><path class=\"ends\" d=\"");
    add_marks(out, line, &from, &to);
    buf_text(out, "\"/></g>\n");
}

/* ------------------------------------------------------------------- boxes */

/* A shape for each severity, for whoever doesn't see the colors. */
static const char *
shape_of(enum severity severity)
{
    static const char *const shapes[] = {
        [SEVERITY_NONE] = "",        [SEVERITY_STRUCTURE] = "■",
        [SEVERITY_STRICTNESS] = "▲", [SEVERITY_NAMES] = "●",
        [SEVERITY_ONE_ENGINE] = "◆",
    };

    return shapes[severity];
}

static void
add_key_marks(struct buf *out, const struct object *column)
{
    struct column_marks marks = column_marks(column);

    buf_printf(out, "%s%s", marks.primary ? "PK" : "",
               marks.primary && marks.foreign ? " " : "");
    if (marks.foreign)
        buf_text(out, "FK");
    if (marks.unique && !marks.primary && !marks.foreign)
        buf_text(out, "UK");
}

static void
add_row(struct drawing *drawing, const struct box_row *row, int width, int y)
{
    struct buf *out = drawing->out;
    const struct object *column = row->column;

    buf_printf(out, "<g class=\"row %s%s\"><title>",
               severity_names[row->remark.severity],
               side_class(row->remark.sides));
    html_between(out, "", column->name, " ");
    html_text(out, type_of(column));
    add_side(drawing, row->remark.sides);
    buf_printf(out,
               "</title><rect x=\"1\" y=\"%d\" width=\"%d\" height=\"%d\"/>", y,
               width - 2, ROW);
    buf_printf(out, "<text class=\"key\" x=\"8\" y=\"%d\">", y + 14);
    add_key_marks(out, column);
    buf_printf(out, "</text><text x=\"%d\" y=\"%d\">", MARKS, y + 14);
    add_fitting(out, column->name, NAME);
    buf_printf(out, "</text><text class=\"type\" x=\"%d\" y=\"%d\">",
               width - PADDING, y + 14);
    add_fitting(out, type_of(column), TYPE);
    buf_text(out, "</text></g>\n");
}

static void
add_head(struct drawing *drawing, const struct box *box, int width, int height)
{
    struct buf *out = drawing->out;

    buf_printf(out,
               "<rect class=\"frame\" width=\"%d\" height=\"%d\" rx=\"5\"/>"
               "<path class=\"head\" d=\"M0 %dV5a5 5 0 0 1 5 -5H%da5 5 0 0 1 "
               "5 5V%dz\"/>",
               width, height, HEAD, width - 5, HEAD);
    buf_printf(out, "<text class=\"name\" x=\"%d\" y=\"17\">", PADDING);
    add_fitting(out, object_name(&drawing->page->arena, box->table),
                NAME + TYPE);
    buf_printf(out, "</text><text class=\"shape\" x=\"%d\" y=\"17\">%s</text>",
               width - PADDING, shape_of(box->remark.severity));
}

static void
add_label(struct drawing *drawing, const struct box *box)
{
    struct arena *arena = &drawing->page->arena;
    struct buf *out = drawing->out;

    html_between(out, "table ", object_name(arena, box->table), "");
    add_side(drawing, box->remark.sides);
    if (box->remark.count == 0)
        buf_text(out, ": the same");
    else
        buf_printf(out, ": %s, of %s at worst",
                   number_of(arena, box->remark.count, "finding", "findings"),
                   severity_names[box->remark.severity]);
}

/* It leads to what was found of the table, if anything was. */
static void
add_box(struct drawing *drawing, size_t number)
{
    struct buf *out = drawing->out;
    const struct box *box = &drawing->boxes.items[number];
    const struct layout_node *node = &drawing->layout.nodes[number];
    size_t group = page_group(drawing->page, box->table);

    if (group != SIZE_MAX)
        buf_printf(out, "<a href=\"#g%zu\" aria-label=\"", group);
    else
        buf_text(out, "<g role=\"img\" aria-label=\"");
    add_label(drawing, box);
    buf_printf(out,
               "\" class=\"box %s%s\" id=\"b%zu\" "
               "transform=\"translate(%d %d)\">\n",
               severity_names[box->remark.severity],
               side_class(box->remark.sides), number, node->x, node->y);
    add_head(drawing, box, node->width, node->height);
    for (size_t i = 0; i < box->nrows; i++)
        add_row(drawing, &box->rows[i], node->width, HEAD + ROW * (int)i);
    buf_text(out, group != SIZE_MAX ? "</a>\n" : "</g>\n");
}

/* ----------------------------------------------------------------- the whole
 */

static void
add_picture(struct drawing *drawing)
{
    struct buf *out = drawing->out;
    int width = drawing->layout.width + 2 * MARGIN + LOOP;
    int height = drawing->layout.height + 2 * MARGIN;

    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"group\" "
               "aria-label=\"tables and their foreign keys\" width=\"%d\" "
               "height=\"%d\" viewBox=\"%d %d %d %d\">\n",
               width, height, -MARGIN, -MARGIN, width, height);
    for (size_t i = 0; i < drawing->boxes.nlines; i++)
        add_line(drawing, i);
    for (size_t i = 0; i < drawing->boxes.count; i++)
        add_box(drawing, i);
    buf_text(out, "</svg>\n");
}

static void
add_legend(struct buf *out)
{
    buf_text(out, "<p class=\"legend\">");
    for (int i = SEVERITY_STRUCTURE; i <= SEVERITY_ONE_ENGINE; i++)
        buf_printf(out, "<span class=\"badge %s\">%s %s</span> ",
                   severity_names[i], shape_of((enum severity)i),
                   severity_names[i]);
    buf_text(out, "<span class=\"badge alone\">on one side only</span> "
                  "<span class=\"keys\">PK primary key, FK foreign key, "
                  "UK unique</span></p>\n");
}

void
page_diagram(struct page *page)
{
    struct drawing drawing = {.page = page, .out = page->out};
    const struct report *report = page->report;

    boxes_make(&page->arena, &drawing.boxes, report->comparison,
               report->left.schema, report->right.schema);
    buf_text(page->out, "<section id=\"diagram\">\n<h2>The tables</h2>\n");
    if (drawing.boxes.count == 0) {
        buf_text(page->out, "<p>There are none.</p>\n</section>\n");
        return;
    }
    place(&drawing);
    add_legend(page->out);
    buf_text(page->out, "<input type=\"checkbox\" id=\"fit\"/>"
                        "<label for=\"fit\">show all of it at once</label>\n"
                        "<div class=\"canvas\" tabindex=\"0\" role=\"region\" "
                        "aria-label=\"diagram of the tables\">\n");
    add_picture(&drawing);
    buf_text(page->out, "</div>\n</section>\n");
}
