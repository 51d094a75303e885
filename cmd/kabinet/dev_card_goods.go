//go:build dev

package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"maps"

	"kabinet/internal/card"
)

// fate is where an invented card stands in the end.
type fate int

const (
	unfinished fate = iota // a draft that lacks answers
	ready                  // a draft that can be sent
	countryless
	returned
	waiting
	published
	changed // published, with a new version being written
	blocked
)

// goods is one thing somebody makes or imports.
type goods struct {
	fate           fate
	gtin           string // 13 digits
	uz, ru, brand  string
	category, hs   string // hs as the dictionary says it in Uzbek; IKPU has the same words
	group, country string
	maker, where   string
	answers        card.Typed // of the group
}

// typed is what somebody writes about the goods.
func (g goods) typed() card.Typed {
	t := card.Typed{
		card.FieldGTIN: g.gtin, card.FieldPackaging: string(card.Unit), card.FieldGroup: g.group, card.FieldCategory: g.category,
		card.FieldHS: g.hs, card.FieldIKPU: g.hs, card.FieldNameUz: g.uz, card.FieldNameRu: g.ru, card.FieldBrand: g.brand,
	}
	if g.fate == unfinished {
		return t
	}
	t[card.FieldManufacturer], t[card.FieldManufacturerAddress] = g.maker, g.where
	t[card.FieldClaims], t[card.FieldClaimsAddress] = "“Registon Tibbiyot” MChJ", "Samarqand viloyati, Urgut tumani, Amir Temur koʻchasi, 73-uy"
	if g.group == "bio" {
		t[card.FieldClaims], t[card.FieldClaimsAddress] = g.maker, g.where
	}
	if g.fate != countryless {
		t[card.FieldCountry] = g.country
	}
	maps.Copy(t, g.answers)
	return t
}

// device is a medical device of the company at work, which imports them.
func device(f fate, gtin, uz, ru, model, category, kind, hs, country string) goods {
	return goods{
		fate: f, gtin: gtin, uz: uz, ru: ru, brand: "Tibmed", category: category, hs: hs, group: "medicals", country: country,
		maker: "Anadolu Tıbbi Ürünler A.Ş.", where: "Ankara, Sanayi caddesi 14",
		answers: card.Typed{
			"attr.device_type": kind, "attr.model": model, "attr.risk_class": "2a", "attr.units_in_pack": "100",
			"attr.sterile": "yes", "attr.single_use": "yes", "attr.certificate_number": "TT/M 01234/03/24", "attr.certificate_until": "2029-03-31",
		},
	}
}

// supplement is a dietary supplement of a maker in Uzbekistan.
func supplement(f fate, gtin, uz, ru, category, purpose, form, active string) goods {
	return goods{
		fate: f, gtin: gtin, uz: uz, ru: ru, brand: "Chinor Vita", category: category, hs: "Boshqa biologik faol qoʻshimchalar", group: "bio", country: "UZ",
		maker: "“Chinor Vita” MChJ", where: "Qoraqalpogʻiston Respublikasi, Moʻynoq tumani, Yangi hayot koʻchasi, 17-uy",
		answers: card.Typed{
			"attr.functional_group": purpose, "attr.form": form, "attr.consumption_units": "30", "attr.net_quantity": "24", "attr.net_unit": "g",
			"attr.active": active, "attr.registration_number": "UZ.BFQ.00471", "attr.registration_date": "2025-02-14", "attr.shelf_life": "24",
		},
	}
}

// imported are the cards of the company at work, one and more in every state.
func imported() []goods {
	const gloves, masks, needles, wadding, meters = "Tibbiy qoʻlqoplar", "Tibbiy niqoblar", "Quvursimon metall ignalar", "Paxta, doka, bintlar", "Qon bosimini oʻlchash asboblari"
	return []goods{
		device(published, "8690990100013", "Nitril qoʻlqop, M, 100 dona", "Перчатки нитриловые, M, 100 шт.", "M", "gloves", "gloves", gloves, "TR"),
		device(published, "8690990100020", "Lateks qoʻlqop, L, 100 dona", "Перчатки латексные, L, 100 шт.", "L", "gloves", "gloves", gloves, "TR"),
		device(changed, "8690990100037", "Uch qavatli niqob, 50 dona", "Маска трёхслойная, 50 шт.", "3L", "masks", "mask", masks, "TR"),
		device(blocked, "8690990100044", "Tonometr BP-2", "Тонометр BP-2", "BP-2", "devices", "meter", meters, "CN"),
		device(returned, "8690990100051", "Inʼeksiya ignasi 23G", "Игла инъекционная", "23", "syringes", "needle", needles, "TR"),
		device(waiting, "8690990100068", "Steril bint 7 sm × 14 m", "Бинт стерильный 7 см × 14 м", "7×14", "dressings", "dressing", wadding, "TR"),
		device(waiting, "8690990100075", "Tibbiy paxta 100 g", "Вата медицинская 100 г", "100 g", "dressings", "dressing", wadding, "TR"),
		device(ready, "8690990100082", "Tonometr BP-3", "Тонометр BP-3", "BP-3", "devices", "meter", meters, "CN"),
		device(unfinished, "8690990100099", "FFP2 niqob", "Маска FFP2", "", "masks", "mask", masks, ""),
		device(countryless, "8690990100105", "Nitril qoʻlqop, S, 100 dona", "Перчатки нитриловые, S, 100 шт.", "S", "gloves", "gloves", gloves, ""),
		device(countryless, "8690990100112", "Nitril qoʻlqop, XL, 100 dona", "Перчатки нитриловые, XL, 100 шт.", "XL", "gloves", "gloves", gloves, ""),
	}
}

// made are the cards of a maker, for the shared catalogue and the desk.
func made() []goods {
	return []goods{
		supplement(published, "4783466280013", "C vitamini, 30 tabletka", "Витамин C, 30 таблеток", "vitamins", "vitamins", "tablets", "Askorbin kislota"),
		supplement(published, "4783466280020", "Omega-3, 30 kapsula", "Омега-3, 30 капсул", "omega", "heart", "capsules", "Baliq yogʻi"),
		supplement(published, "4783466280037", "Magniy B6, 30 tabletka", "Магний B6, 30 таблеток", "vitamins", "nervous", "tablets", "Magniy sitrat, piridoksin"),
		supplement(published, "4783466280044", "Bolalar uchun D3 vitamini, tomchilar", "Витамин D3 для детей, капли", "children", "children", "drops", "Xolekalsiferol"),
		supplement(waiting, "4783466280051", "Naʼmatak siropi", "Сироп шиповника", "herbal", "immunity", "syrup", "Naʼmatak ekstrakti"),
		supplement(waiting, "4783466280068", "Laktobakteriyalar, 30 kapsula", "Лактобактерии, 30 капсул", "probiotics", "digestion", "capsules", "Lactobacillus acidophilus"),
	}
}

// side of the square pictures, in pixels.
const packSide = 480

// pack draws a package: a coloured box with a label, another colour for each
// number and another label for each side.
func pack(gtin string, side int) ([]byte, error) {
	shade := func(at int) uint8 { return 60 + (gtin[at]-'0')*12 }
	box := color.RGBA{shade(11), shade(12), shade(10), 255}
	img := image.NewRGBA(image.Rect(0, 0, packSide, packSide))
	paint := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	paint(0, 0, packSide, packSide, color.RGBA{244, 244, 240, 255})
	paint(110, 60, 370, 430, box)
	paint(140, 130+80*side, 340, 230+80*side, color.White)
	for line := range 4 {
		paint(160, 150+80*side+line*18, 320-line*24, 158+80*side+line*18, color.Gray{90})
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, nil)
	return b.Bytes(), err
}
