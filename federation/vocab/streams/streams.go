// Package streams makes the values of go-fed/activity that we send, one constructor for each, from that library's own packages of
// single types. It refuses to know what is written into them.
//
// The library's package of the same name makes them too, and links all 300 types and properties of five vocabularies with
// their readers into the program whatever is used: 27 MB of text and tables. Ours are read by internal/strictjson; so nothing here is
// given the library's manager of readers, and a value's Deserialize must not be called.
package streams

import (
	propertyactor "github.com/go-fed/activity/streams/impl/activitystreams/property_actor"
	propertyattributedto "github.com/go-fed/activity/streams/impl/activitystreams/property_attributedto"
	propertycc "github.com/go-fed/activity/streams/impl/activitystreams/property_cc"
	propertycontent "github.com/go-fed/activity/streams/impl/activitystreams/property_content"
	propertyendtime "github.com/go-fed/activity/streams/impl/activitystreams/property_endtime"
	propertyfirst "github.com/go-fed/activity/streams/impl/activitystreams/property_first"
	propertyfollowers "github.com/go-fed/activity/streams/impl/activitystreams/property_followers"
	propertyfollowing "github.com/go-fed/activity/streams/impl/activitystreams/property_following"
	propertyinbox "github.com/go-fed/activity/streams/impl/activitystreams/property_inbox"
	propertyinreplyto "github.com/go-fed/activity/streams/impl/activitystreams/property_inreplyto"
	propertymediatype "github.com/go-fed/activity/streams/impl/activitystreams/property_mediatype"
	propertyname "github.com/go-fed/activity/streams/impl/activitystreams/property_name"
	propertynext "github.com/go-fed/activity/streams/impl/activitystreams/property_next"
	propertyobject "github.com/go-fed/activity/streams/impl/activitystreams/property_object"
	propertyoutbox "github.com/go-fed/activity/streams/impl/activitystreams/property_outbox"
	propertypartof "github.com/go-fed/activity/streams/impl/activitystreams/property_partof"
	propertypreferredusername "github.com/go-fed/activity/streams/impl/activitystreams/property_preferredusername"
	propertyprev "github.com/go-fed/activity/streams/impl/activitystreams/property_prev"
	propertypublished "github.com/go-fed/activity/streams/impl/activitystreams/property_published"
	propertystarttime "github.com/go-fed/activity/streams/impl/activitystreams/property_starttime"
	propertysummary "github.com/go-fed/activity/streams/impl/activitystreams/property_summary"
	propertyto "github.com/go-fed/activity/streams/impl/activitystreams/property_to"
	propertytotalitems "github.com/go-fed/activity/streams/impl/activitystreams/property_totalitems"
	propertyupdated "github.com/go-fed/activity/streams/impl/activitystreams/property_updated"
	propertyurl "github.com/go-fed/activity/streams/impl/activitystreams/property_url"
	typeaccept "github.com/go-fed/activity/streams/impl/activitystreams/type_accept"
	typeadd "github.com/go-fed/activity/streams/impl/activitystreams/type_add"
	typeannounce "github.com/go-fed/activity/streams/impl/activitystreams/type_announce"
	typeapplication "github.com/go-fed/activity/streams/impl/activitystreams/type_application"
	typearticle "github.com/go-fed/activity/streams/impl/activitystreams/type_article"
	typeblock "github.com/go-fed/activity/streams/impl/activitystreams/type_block"
	typecollection "github.com/go-fed/activity/streams/impl/activitystreams/type_collection"
	typecreate "github.com/go-fed/activity/streams/impl/activitystreams/type_create"
	typedelete "github.com/go-fed/activity/streams/impl/activitystreams/type_delete"
	typeflag "github.com/go-fed/activity/streams/impl/activitystreams/type_flag"
	typefollow "github.com/go-fed/activity/streams/impl/activitystreams/type_follow"
	typegroup "github.com/go-fed/activity/streams/impl/activitystreams/type_group"
	typeimage "github.com/go-fed/activity/streams/impl/activitystreams/type_image"
	typeinvite "github.com/go-fed/activity/streams/impl/activitystreams/type_invite"
	typejoin "github.com/go-fed/activity/streams/impl/activitystreams/type_join"
	typeleave "github.com/go-fed/activity/streams/impl/activitystreams/type_leave"
	typemove "github.com/go-fed/activity/streams/impl/activitystreams/type_move"
	typenote "github.com/go-fed/activity/streams/impl/activitystreams/type_note"
	typeoffer "github.com/go-fed/activity/streams/impl/activitystreams/type_offer"
	typeorderedcollection "github.com/go-fed/activity/streams/impl/activitystreams/type_orderedcollection"
	typeorderedcollectionpage "github.com/go-fed/activity/streams/impl/activitystreams/type_orderedcollectionpage"
	typeorganization "github.com/go-fed/activity/streams/impl/activitystreams/type_organization"
	typeperson "github.com/go-fed/activity/streams/impl/activitystreams/type_person"
	typereject "github.com/go-fed/activity/streams/impl/activitystreams/type_reject"
	typerelationship "github.com/go-fed/activity/streams/impl/activitystreams/type_relationship"
	typeremove "github.com/go-fed/activity/streams/impl/activitystreams/type_remove"
	typetombstone "github.com/go-fed/activity/streams/impl/activitystreams/type_tombstone"
	typeundo "github.com/go-fed/activity/streams/impl/activitystreams/type_undo"
	typeupdate "github.com/go-fed/activity/streams/impl/activitystreams/type_update"
	propertyid "github.com/go-fed/activity/streams/impl/jsonld/property_id"
	propertytype "github.com/go-fed/activity/streams/impl/jsonld/property_type"
	"github.com/go-fed/activity/streams/vocab"
)

// Every value writes its type with a property of JSON-LD, and is told here how to make one.
func init() {
	typeProperty := func() vocab.JSONLDTypeProperty { return propertytype.NewJSONLDTypeProperty() }
	typeaccept.SetTypePropertyConstructor(typeProperty)
	typeadd.SetTypePropertyConstructor(typeProperty)
	typeannounce.SetTypePropertyConstructor(typeProperty)
	typeapplication.SetTypePropertyConstructor(typeProperty)
	typearticle.SetTypePropertyConstructor(typeProperty)
	typeblock.SetTypePropertyConstructor(typeProperty)
	typecollection.SetTypePropertyConstructor(typeProperty)
	typecreate.SetTypePropertyConstructor(typeProperty)
	typedelete.SetTypePropertyConstructor(typeProperty)
	typeflag.SetTypePropertyConstructor(typeProperty)
	typefollow.SetTypePropertyConstructor(typeProperty)
	typegroup.SetTypePropertyConstructor(typeProperty)
	typeinvite.SetTypePropertyConstructor(typeProperty)
	typejoin.SetTypePropertyConstructor(typeProperty)
	typeleave.SetTypePropertyConstructor(typeProperty)
	typemove.SetTypePropertyConstructor(typeProperty)
	typeimage.SetTypePropertyConstructor(typeProperty)
	typenote.SetTypePropertyConstructor(typeProperty)
	typeoffer.SetTypePropertyConstructor(typeProperty)
	typeorderedcollection.SetTypePropertyConstructor(typeProperty)
	typeorderedcollectionpage.SetTypePropertyConstructor(typeProperty)
	typeorganization.SetTypePropertyConstructor(typeProperty)
	typeperson.SetTypePropertyConstructor(typeProperty)
	typereject.SetTypePropertyConstructor(typeProperty)
	typeremove.SetTypePropertyConstructor(typeProperty)
	typerelationship.SetTypePropertyConstructor(typeProperty)
	typetombstone.SetTypePropertyConstructor(typeProperty)
	typeundo.SetTypePropertyConstructor(typeProperty)
	typeupdate.SetTypePropertyConstructor(typeProperty)
}

// The types that we send.
var (
	NewActivityStreamsAccept                = typeaccept.NewActivityStreamsAccept
	NewActivityStreamsAdd                   = typeadd.NewActivityStreamsAdd
	NewActivityStreamsAnnounce              = typeannounce.NewActivityStreamsAnnounce
	NewActivityStreamsApplication           = typeapplication.NewActivityStreamsApplication
	NewActivityStreamsArticle               = typearticle.NewActivityStreamsArticle
	NewActivityStreamsBlock                 = typeblock.NewActivityStreamsBlock
	NewActivityStreamsCollection            = typecollection.NewActivityStreamsCollection
	NewActivityStreamsCreate                = typecreate.NewActivityStreamsCreate
	NewActivityStreamsDelete                = typedelete.NewActivityStreamsDelete
	NewActivityStreamsFlag                  = typeflag.NewActivityStreamsFlag
	NewActivityStreamsFollow                = typefollow.NewActivityStreamsFollow
	NewActivityStreamsGroup                 = typegroup.NewActivityStreamsGroup
	NewActivityStreamsInvite                = typeinvite.NewActivityStreamsInvite
	NewActivityStreamsJoin                  = typejoin.NewActivityStreamsJoin
	NewActivityStreamsLeave                 = typeleave.NewActivityStreamsLeave
	NewActivityStreamsMove                  = typemove.NewActivityStreamsMove
	NewActivityStreamsImage                 = typeimage.NewActivityStreamsImage
	NewActivityStreamsNote                  = typenote.NewActivityStreamsNote
	NewActivityStreamsOffer                 = typeoffer.NewActivityStreamsOffer
	NewActivityStreamsOrderedCollection     = typeorderedcollection.NewActivityStreamsOrderedCollection
	NewActivityStreamsOrderedCollectionPage = typeorderedcollectionpage.NewActivityStreamsOrderedCollectionPage
	NewActivityStreamsOrganization          = typeorganization.NewActivityStreamsOrganization
	NewActivityStreamsPerson                = typeperson.NewActivityStreamsPerson
	NewActivityStreamsReject                = typereject.NewActivityStreamsReject
	NewActivityStreamsRemove                = typeremove.NewActivityStreamsRemove
	NewActivityStreamsRelationship          = typerelationship.NewActivityStreamsRelationship
	NewActivityStreamsTombstone             = typetombstone.NewActivityStreamsTombstone
	NewActivityStreamsUndo                  = typeundo.NewActivityStreamsUndo
	NewActivityStreamsUpdate                = typeupdate.NewActivityStreamsUpdate
)

// The properties that we give them.
var (
	NewActivityStreamsActorProperty             = propertyactor.NewActivityStreamsActorProperty
	NewActivityStreamsAttributedToProperty      = propertyattributedto.NewActivityStreamsAttributedToProperty
	NewActivityStreamsCcProperty                = propertycc.NewActivityStreamsCcProperty
	NewActivityStreamsContentProperty           = propertycontent.NewActivityStreamsContentProperty
	NewActivityStreamsEndTimeProperty           = propertyendtime.NewActivityStreamsEndTimeProperty
	NewActivityStreamsFirstProperty             = propertyfirst.NewActivityStreamsFirstProperty
	NewActivityStreamsFollowersProperty         = propertyfollowers.NewActivityStreamsFollowersProperty
	NewActivityStreamsFollowingProperty         = propertyfollowing.NewActivityStreamsFollowingProperty
	NewActivityStreamsInReplyToProperty         = propertyinreplyto.NewActivityStreamsInReplyToProperty
	NewActivityStreamsInboxProperty             = propertyinbox.NewActivityStreamsInboxProperty
	NewActivityStreamsMediaTypeProperty         = propertymediatype.NewActivityStreamsMediaTypeProperty
	NewActivityStreamsNameProperty              = propertyname.NewActivityStreamsNameProperty
	NewActivityStreamsNextProperty              = propertynext.NewActivityStreamsNextProperty
	NewActivityStreamsObjectProperty            = propertyobject.NewActivityStreamsObjectProperty
	NewActivityStreamsOutboxProperty            = propertyoutbox.NewActivityStreamsOutboxProperty
	NewActivityStreamsPartOfProperty            = propertypartof.NewActivityStreamsPartOfProperty
	NewActivityStreamsPreferredUsernameProperty = propertypreferredusername.NewActivityStreamsPreferredUsernameProperty
	NewActivityStreamsPrevProperty              = propertyprev.NewActivityStreamsPrevProperty
	NewActivityStreamsPublishedProperty         = propertypublished.NewActivityStreamsPublishedProperty
	NewActivityStreamsStartTimeProperty         = propertystarttime.NewActivityStreamsStartTimeProperty
	NewActivityStreamsSummaryProperty           = propertysummary.NewActivityStreamsSummaryProperty
	NewActivityStreamsToProperty                = propertyto.NewActivityStreamsToProperty
	NewActivityStreamsTotalItemsProperty        = propertytotalitems.NewActivityStreamsTotalItemsProperty
	NewActivityStreamsUpdatedProperty           = propertyupdated.NewActivityStreamsUpdatedProperty
	NewActivityStreamsUrlProperty               = propertyurl.NewActivityStreamsUrlProperty
	NewJSONLDIdProperty                         = propertyid.NewJSONLDIdProperty
)
