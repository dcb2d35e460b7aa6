// Package mail owns letters on their way: it claims those that are due, writes them in the language of whoever gets them, hands
// them to the co-op's mail server or lays them in a folder, and keeps the schedule of tries; and it reads the answers that come
// back by mail. It refuses to decide who is written to when something happens: whoever does it queues a coop.Letter with it.
//
// An address is in a mail's envelope and nowhere else: nobody learns that of another.
package mail
