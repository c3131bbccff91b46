package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // that it can be read
	"strconv"
)

// A Picture is one that can be put on a page.
type Picture struct {
	Width, Height int // dots
	entries       string
	data          []byte
	mask          []byte // how opaque each dot is, packed; nil if all are
}

// mostDots of a picture, so that a small file cannot ask for all memory.
const mostDots = 50_000_000

// ErrPicture says that a file is no picture that a document can hold.
var ErrPicture = errors.New("not a JPEG or PNG picture of a usual size")

// ReadPicture reads a JPEG or PNG file. A JPEG in grey or colour is kept as it is.
func ReadPicture(file []byte) (*Picture, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > mostDots/config.Height {
		return nil, fmt.Errorf("%w (%d bytes)", ErrPicture, len(file))
	}
	p := &Picture{Width: config.Width, Height: config.Height}
	if space := map[color.Model]string{color.GrayModel: "/DeviceGray", color.YCbCrModel: "/DeviceRGB"}[config.ColorModel]; format == "jpeg" && space != "" {
		if _, err := jpeg.Decode(bytes.NewReader(file)); err != nil { // found here, not on paper
			return nil, fmt.Errorf("%w: %v", ErrPicture, err)
		}
		p.entries, p.data = "/ColorSpace"+space+"/Filter/DCTDecode", file
		return p, nil
	}
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrPicture, err)
	}
	dots := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	draw.Draw(dots, dots.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	colours, mask := make([]byte, 0, 3*p.Width*p.Height), make([]byte, 0, p.Width*p.Height)
	opaque := true
	for i := 0; i < len(dots.Pix); i += 4 {
		colours, mask = append(colours, dots.Pix[i:i+3]...), append(mask, dots.Pix[i+3])
		opaque = opaque && dots.Pix[i+3] == 255
	}
	p.entries, p.data = "/ColorSpace/DeviceRGB"+Packed, Pack(colours)
	if !opaque {
		p.mask = Pack(mask)
	}
	return p, nil
}

// Write writes the picture as an object for a page's resources.
func (p *Picture) Write(w *Writer, r Ref) {
	size := "/Type/XObject/Subtype/Image/Width " + strconv.Itoa(p.Width) + "/Height " + strconv.Itoa(p.Height) + "/BitsPerComponent 8"
	entries := size + p.entries
	if p.mask != nil {
		mask := w.Reserve()
		w.Stream(mask, size+"/ColorSpace/DeviceGray"+Packed, p.mask)
		entries += fmt.Sprintf("/SMask %v", mask)
	}
	w.Stream(r, entries, p.data)
}
