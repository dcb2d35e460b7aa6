package sample

import (
	"strings"

	"toadlane/handbook"
)

// Protocol is a page of a handbook before it is written.
type Protocol struct {
	handbook.Start
	By      string   // handle of the member who writes it
	Reading bool     // for whoever is new
	Read    []string // handles of members who have read it
	Decided string   // what the meeting said that brought it into use, of one that is adapted
	Minutes string   // where that is written
	Review  int      // days from now on which it is looked at again
	Text    Text     // in use
}

// Text is one text of a protocol.
type Text struct {
	Source, Reason string
	DaysAgo        int
}

// Uptake is a neighbour's page that a co-op goes by.
type Uptake struct {
	Of, Slug string    // host of the neighbour, and its page
	Meets    bool      // all of its checklist, of a standard that is taken as it is
	Changes  string    // what is changed for the place, of one that is adapted
	Own      *Protocol // the page that is made from it; nil when it is taken as it is
	Back     *Text     // a change of the neighbour's text that is given back
	Answer   string    // what the neighbour's meeting said to that
	Minutes  string    // and where that is written
}

// cyclesUptakes rides by what the bakery wrote.
func cyclesUptakes() []Uptake {
	return []Uptake{{Of: "bakery", Slug: "fair-delivery-pay", Meets: true}}
}

// careUptakes has no rounds but visits.
func careUptakes() []Uptake {
	return []Uptake{{Of: "bakery", Slug: "fair-delivery-pay",
		Changes: "We bring no bread, we stay with people: visits in place of rounds, the way between two doors counts, and nobody rides a bike for us. Pay is what our assembly settled on.",
		Own: &Protocol{Review: 150, Decided: "14 for, 2 aside", Minutes: "Assembly, blue folder", Start: handbook.Start{Name: "Fair pay for home visits", Slug: "fair-visit-pay", Circle: "Rota circle",
			Story: "The bakery's page says what we had been saying to each other in kitchens. We put our doors in place of its rounds."},
			Text: Text{Reason: "Doors in place of rounds", Source: fairVisitPay}},
		Back: &Text{Reason: "With us visits are called off on the doorstep. It can't be very different with bread, and then the rider stands there unpaid.",
			Source: strings.Replace(fairDeliveryPay, rainPay, rainPay+calledOff, 1)},
		Answer: "11 for, none against, 1 aside", Minutes: "Delivery circle, green folder"}}
}

func bakeryHandbook() []Protocol {
	return []Protocol{
		{By: "ada", Review: 120, Start: handbook.Start{Name: "Fair delivery pay", Slug: "fair-delivery-pay", Kind: handbook.Standard, Language: "en", Licence: "CC-BY-SA-4.0",
			Circle: "Delivery circle", Story: "Two riders left in the winter of 2024 because rain cost them and not us. We wrote this with those who stayed."},
			Text: Text{DaysAgo: 200, Reason: "Written with the riders", Source: fairDeliveryPay}},
		{By: "ben", Reading: true, Read: []string{"ada", "ben", "xiomara", "thuy"}, Review: 60, Start: handbook.Start{Name: "How we decide", Slug: "how-we-decide", Kind: handbook.Rule, Language: "en", Licence: "CC-BY-SA-4.0",
			Circle: "Everybody", Story: "It grew out of three meetings that ended in nothing."},
			Text: Text{DaysAgo: 400, Reason: "So that a meeting ends", Source: howWeDecide}},
	}
}

const (
	rainPay   = "- Rain, heat above 35 degrees and nights after ten are paid half as much again.\n"
	calledOff = "- A round that is called off less than two hours before it begins is paid half.\n"
)

const fairDeliveryPay = `Who carries our bread carries our name. This says what they can count on.

## What we pay

- An hour on the road is an hour of work: **18 €**, the same as at the oven.
- Waiting counts from the time that was agreed, not from when the loaf is ready.
` + rainPay + `
## What we answer for

The co-op keeps the bikes in order and pays the insurance. A rider who says that a bike is not safe does not ride it, and is paid for the
round all the same.

## Is it so with us? {#checklist}

- [x] Every round has a time at which it begins and one at which it ends
- [x] Hours are written down by whoever rode them
- [x] Rain pay needs no asking
- [ ] Twice a year somebody who does not ride goes along

## An example {#example}

Ben is to start at 18:00. The rolls are late and he leaves at 18:25; it rains; he is back at 20:00. He writes down two hours, of which one and
a half were in the rain: 0.5 × 18 € + 1.5 × 27 € = 49.50 €.

## Where this stops

It is about rounds that we ask for. Who takes a loaf to a neighbour on the way home does a kindness, and kindness is not paid by the hour.
`

const fairVisitPay = `Who goes to somebody's home goes in our name. This says what they can count on.

## What we pay

- An hour with somebody is an hour of work: **19 €**, cooking and talking alike.
- The way from one door to the next counts, on foot or by tram, and we pay the fare.
- Heat above 35 degrees and nights after ten are paid half as much again.
- A visit that is called off less than two hours before it begins is paid as if it had been.

## What we answer for

The co-op pays the insurance, the gloves and the shoes. A carer who says that a home is not safe leaves it, and is paid for the visit all
the same. Two of us go there the next day.

## Is it so with us? {#checklist}

- [x] Every visit has a time at which it begins and one at which it ends
- [x] Hours are written down by whoever was there
- [ ] The way between two doors needs no asking
- [ ] Twice a year somebody who draws up the rota goes along

## An example {#example}

Rosa is with Vicent from nine to eleven and with his neighbour from half past eleven to one; between the two she takes the tram. She writes down
four hours and the fare: 4 × 19 € + 1.50 € = 77.50 €.

## Where this stops

It is about visits on the rota. Who looks in on a friend is a friend.
`

const howWeDecide = `We look for what everybody can live with, and we stop looking when we have it.

## Small things

Who does the work decides. It is written on the board so that the next one knows.

## What touches others

1. Somebody writes down what they propose and why, here.
2. It lies open for ten days. Questions come first, opinions after.
3. Nobody objects: it is so. An objection says **what harm** it sees; "I would do it otherwise" is none.
4. Who objects helps to change the text until the harm is gone.

## When that does not work

After a second round we vote: one member, one vote, half of us at least have to be there. This is rare, and we write down that it happened.

## What we cannot decide here

The yearly meeting decides on the rules of the society, on pay for everybody, and on closing.
`
