package door

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// openAPI is the embedded document, as far as the tests look into it.
type openAPI struct {
	root map[string]any
}

func document(t testing.TB) openAPI {
	t.Helper()
	content, err := files.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	d := openAPI{}
	if err := json.Unmarshal(content, &d.root); err != nil {
		t.Fatal(err)
	}
	return d
}

// at follows keys; a reference on the way is followed too.
func (d openAPI) at(from any, keys ...string) any {
	for _, key := range keys {
		m, _ := d.deref(from).(map[string]any)
		from = m[key]
	}
	return d.deref(from)
}

func (d openAPI) deref(v any) any {
	if m, ok := v.(map[string]any); ok {
		if ref, ok := m["$ref"].(string); ok {
			return d.at(d.root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
	}
	return v
}

// Ensure that the document has an operation for each route that answers programs,
// and no other.
func TestDocumentMatchesRoutes(t *testing.T) {
	_, d, _ := newDoor(t, nil)
	var routes, operations []string
	for _, r := range d.Routes() {
		if r.Machine {
			routes = append(routes, strings.ToLower(r.Method)+" "+r.Path)
		}
	}
	doc := document(t)
	for path, item := range doc.at(doc.root, "paths").(map[string]any) {
		for method := range item.(map[string]any) {
			operations = append(operations, method+" "+path)
		}
	}
	slices.Sort(routes)
	slices.Sort(operations)
	if !slices.Equal(routes, operations) {
		t.Errorf("routes     %v\noperations %v", routes, operations)
	}
	if got := doc.root["openapi"]; got != "3.1.0" {
		t.Errorf("the document is of OpenAPI %v", got)
	}
}

// Ensure that every reference leads somewhere and every component is used.
func TestDocumentReferences(t *testing.T) {
	doc := document(t)
	content, _ := files.ReadFile("openapi.json")
	for _, m := range regexp.MustCompile(`"\$ref": "#/([^"]+)"`).FindAllStringSubmatch(string(content), -1) {
		if doc.at(doc.root, strings.Split(m[1], "/")...) == nil {
			t.Errorf("nothing at %s", m[1])
		}
	}
	for kind, list := range doc.at(doc.root, "components").(map[string]any) {
		for name := range list.(map[string]any) {
			if kind != "securitySchemes" && !strings.Contains(string(content), `"#/components/`+kind+"/"+name+`"`) {
				t.Errorf("nothing uses %s %s", kind, name)
			}
		}
	}
}

// Ensure that the examples of requests are what their schemas say.
func TestDocumentExamples(t *testing.T) {
	doc := document(t)
	for path, item := range doc.at(doc.root, "paths").(map[string]any) {
		for method, operation := range item.(map[string]any) {
			media, _ := doc.at(operation, "requestBody", "content", "application/json").(map[string]any)
			if media == nil {
				continue
			}
			if err := doc.valid(media["schema"], media["example"]); err != nil {
				t.Errorf("%s %s: example: %v", method, path, err)
			}
		}
	}
}

// checkResponse checks that the document tells of this answer: its status, kind,
// headers and shape.
func (d openAPI) checkResponse(t testing.TB, method, path string, res *http.Response, body string) {
	t.Helper()
	response := d.at(d.root, "paths", path, method, "responses", fmt.Sprint(res.StatusCode))
	if response == nil {
		t.Errorf("%s %s: the document has no status %d (%s)", method, path, res.StatusCode, body)
		return
	}
	for name, header := range mapOf(d.at(response, "headers")) {
		if d.at(header, "required") == true && res.Header.Get(name) == "" {
			t.Errorf("%s %s: %d without the header %s", method, path, res.StatusCode, name)
		}
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	media := d.at(response, "content", kind)
	if media == nil {
		t.Errorf("%s %s: the document has no kind %s for %d", method, path, kind, res.StatusCode)
		return
	}
	if strings.HasSuffix(kind, "json") {
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Errorf("%s %s: %v", method, path, err)
			return
		}
		if err := d.valid(mapOf(media)["schema"], value); err != nil {
			t.Errorf("%s %s: %d: %v in %s", method, path, res.StatusCode, err, body)
		}
	}
}

func mapOf(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// valid checks a value by the words of JSON Schema that the document uses.
func (d openAPI) valid(schema, value any) error {
	s := mapOf(d.deref(schema))
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, value) {
		return fmt.Errorf("%v is none of %v", value, enum)
	}
	switch s["type"] {
	case "string":
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("%v is no string", value)
		}
		if p, ok := s["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(text) {
			return fmt.Errorf("%q is not as %s", text, p)
		}
	case "integer", "number":
		if _, ok := value.(float64); !ok {
			return fmt.Errorf("%v is no number", value)
		}
	case "object":
		object, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%v is no object", value)
		}
		required, _ := s["required"].([]any)
		for _, name := range required {
			if _, ok := object[name.(string)]; !ok {
				return fmt.Errorf("%v is missing", name)
			}
		}
		properties := mapOf(s["properties"])
		for name, member := range object {
			property, known := properties[name]
			if !known && s["additionalProperties"] == false {
				return fmt.Errorf("%s is not in the document", name)
			}
			if known {
				if err := d.valid(property, member); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	}
	return nil
}
