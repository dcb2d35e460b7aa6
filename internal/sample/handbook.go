package sample

import "toadlane/handbook"

// Protocol is a page of a handbook before it is written.
type Protocol struct {
	handbook.Start
	By      string // handle of the member who writes it
	Reading bool   // for whoever is new
	Review  int    // days from now on which it is looked at again
	Text    Text   // in use
}

// Text is one text of a protocol.
type Text struct {
	Source, Reason string
	DaysAgo        int
}

func bakeryHandbook() []Protocol {
	return []Protocol{
		{By: "ada", Review: 120, Start: handbook.Start{Name: "Fair delivery pay", Slug: "fair-delivery-pay", Kind: handbook.Standard, Language: "en", Licence: "CC-BY-SA-4.0",
			Circle: "Delivery circle", Story: "Two riders left in the winter of 2024 because rain cost them and not us. We wrote this with those who stayed."},
			Text: Text{DaysAgo: 200, Reason: "Written with the riders", Source: fairDeliveryPay}},
		{By: "ben", Reading: true, Review: 60, Start: handbook.Start{Name: "How we decide", Slug: "how-we-decide", Kind: handbook.Rule, Language: "en", Licence: "CC-BY-SA-4.0",
			Circle: "Everybody", Story: "It grew out of three meetings that ended in nothing."},
			Text: Text{DaysAgo: 400, Reason: "So that a meeting ends", Source: howWeDecide}},
	}
}

const fairDeliveryPay = `Who carries our bread carries our name. This says what they can count on.

## What we pay

- An hour on the road is an hour of work: **18 €**, the same as at the oven.
- Waiting counts from the time that was agreed, not from when the loaf is ready.
- Rain, heat above 35 degrees and nights after ten are paid half as much again.

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
