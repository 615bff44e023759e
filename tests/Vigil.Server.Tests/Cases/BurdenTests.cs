using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What a case asks of who takes it follows what is still to be looked at, not what it was opened for.</summary>
public class BurdenTests
{
    [Fact]
    public void A_case_of_an_exact_match_burdens_as_soon_as_something_else_joins_it()
    {
        var (exact, known) = (Item(CaseOrigin.Match, "exact"), Item(CaseOrigin.Match, "known"));
        Assert.Equal((false, false), Of(ProblemType.KnownCsam, [exact, known]));
        foreach (var strength in new[] { "similar", "weak_digest", "contradiction", null })
        {
            Assert.Equal((true, false), Of(ProblemType.KnownCsam, [exact, Item(CaseOrigin.Match, strength)]));
        }
        foreach (var origin in new[] { CaseOrigin.Flag, CaseOrigin.Hand, CaseOrigin.Notice })
        {
            Assert.Equal((true, true), Of(ProblemType.KnownCsam, [exact, Item(origin)]));
        }
        Assert.Equal((false, false), Of(ProblemType.KnownCsam, [exact, Item(CaseOrigin.Text)]));
        // What is decided need not be looked at again.
        Assert.Equal(
            (false, false),
            Of(ProblemType.KnownCsam, [exact, Item(CaseOrigin.Flag, state: ItemState.Confirmed)])
        );
    }

    [Fact]
    public void What_is_to_be_judged_again_burdens_whatever_was_decided_of_it()
    {
        var (exact, flag, words) = (
            Item(CaseOrigin.Match, "exact", ItemState.Confirmed),
            Item(CaseOrigin.Flag, state: ItemState.NotCsam),
            Item(CaseOrigin.Text, state: ItemState.Confirmed)
        );
        Assert.Equal((true, false), Judged(exact));
        Assert.Equal((true, true), Judged(flag));
        Assert.Equal((false, false), Judged(words));

        (bool, bool) Judged(BurdenItem item)
        {
            var burden = Burden.Of(ProblemType.KnownCsam, [exact, flag, words], [], [], [], item.Id);
            return (burden.IsGraphic, burden.IsNewMaterial);
        }
    }

    [Fact]
    public void A_content_that_must_still_be_seen_burdens_whatever_the_case_is_called()
    {
        var (exact, hand) = (Item(CaseOrigin.Match, "exact"), Item(CaseOrigin.Hand));
        Assert.Equal((true, false), Of(ProblemType.KnownCsam, [exact], unseen: exact.Id));
        Assert.Equal((true, true), Of(ProblemType.Other, [hand], unseen: hand.Id));
        Assert.Equal((true, true), Of(ProblemType.KnownCsam, [exact], unseen: null, isOfCase: true));
        var decided = Item(CaseOrigin.Match, "exact", ItemState.NotCsam);
        Assert.Equal((false, false), Of(ProblemType.KnownCsam, [exact, decided], unseen: decided.Id));
    }

    [Fact]
    public void Words_hold_no_pictures_unless_a_user_says_so()
    {
        foreach (var type in new ProblemType?[] { ProblemType.Grooming, ProblemType.Other })
        {
            var item = Item(CaseOrigin.Flag);
            Assert.Equal((false, false), Of(type, [item]));
            Assert.Equal((false, false), Of(type, [item], FlagReason.Grooming));
            Assert.Equal((true, true), Of(type, [item], FlagReason.UnsolicitedMaterial));
        }
        // Similar pictures in a case that was opened for a conversation.
        Assert.Equal((true, false), Of(ProblemType.Grooming, [Item(CaseOrigin.Match, "similar")]));
        Assert.Equal((true, true), Of(null, [Item(CaseOrigin.Hand)]));
    }

    [Fact]
    public void What_users_lists_places_and_graders_say_is_known_and_each_once()
    {
        Assert.Equal([HarmKind.SelfMade], KnownHarms.OfPurpose("take-it-down-minor"));
        Assert.Equal([HarmKind.SelfMade], KnownHarms.OfPurpose("intimate-image-abuse"));
        Assert.Equal([HarmKind.Generated], KnownHarms.OfPurpose("generated-csam"));
        Assert.Empty(KnownHarms.OfPurpose("known-csam"));
        Assert.Empty(KnownHarms.OfPurpose(null));
        Assert.Equal([HarmKind.LiveStreams], KnownHarms.OfSurface("live_stream"));
        Assert.Equal([HarmKind.Generated], KnownHarms.OfSurface("generated_output"));
        Assert.Equal([HarmKind.Generated], KnownHarms.Of(FlagReason.GeneratedCsam));
        Assert.Equal([HarmKind.SelfMade], KnownHarms.Of(FlagReason.IntimateImage));
        Assert.Equal([HarmKind.LiveStreams], KnownHarms.Of(ProblemType.LiveStreaming));
        var facts = new GradeFacts
        {
            Age = AgeBand.Prepubescent,
            Activity = SexualActivity.Posing,
            Depiction = Depiction.Drawn,
            Infant = true,
            Sadism = true,
            Animal = true,
            LiveStreamed = true,
            SelfGenerated = true,
        };
        Assert.Equal(Enum.GetValues<HarmKind>().SkipLast(1), KnownHarms.Of(facts).Order());
        var burden = Burden.Of(
            ProblemType.SexualExtortion,
            [Item(CaseOrigin.Text)],
            [new BurdenFlag { Reason = FlagReason.Sextortion, Threads = 1 }],
            [facts],
            []
        );
        Assert.Equal(Enum.GetValues<HarmKind>(), burden.Harms);
    }

    private static BurdenItem Item(
        CaseOrigin origin,
        string? strength = null,
        ItemState state = ItemState.Open
    ) =>
        new()
        {
            Id = Guid.NewGuid(),
            Origin = origin,
            Strength = strength,
            State = state,
            Surface = "comment",
        };

    private static (bool IsGraphic, bool IsNew) Of(
        ProblemType? type,
        BurdenItem[] items,
        FlagReason? reason = null,
        Guid? unseen = null,
        bool isOfCase = false
    )
    {
        BurdenFlag[] flags = reason is { } said
            ? [new BurdenFlag { ItemId = items[0].Id, Reason = said }]
            : [];
        ContentStanding[] contents =
            unseen is null && !isOfCase
                ? []
                : [new ContentStanding(Guid.NewGuid(), unseen, false, 0, true, false, false)];
        var burden = Burden.Of(type, items, flags, [], contents);
        return (burden.IsGraphic, burden.IsNewMaterial);
    }
}
