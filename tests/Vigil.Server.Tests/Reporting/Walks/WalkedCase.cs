using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Walks;

/// <summary>A case of one item: what lists and policy made of the content, and what persons decided.</summary>
internal sealed class WalkedCase(Random random, WalkRules rules)
{
    private ItemState? _item;
    private CaseFile _file = new() { State = CaseState.Open };

    /// <summary>A person confirmed it, and it stands.</summary>
    public bool IsConfirmedByPerson { get; private set; }
    public bool WasBlocked { get; private set; }
    public bool WasCleared { get; private set; }

    /// <summary>As a draft asks: what of the case may be reported.</summary>
    public bool MayBeDrafted =>
        new DraftSources
        {
            CaseRef = "VC-0000-0000-00",
            Case = new ReportableCase
            {
                IsThere = _item is not null,
                Items = _item is { } state
                    ?
                    [
                        new ReportableItem
                        {
                            ItemId = Guid.Empty,
                            Origin = CaseOrigin.Match,
                            State = (rules.DraftsWhatIsOpen ? ItemState.Confirmed : state).ToString(),
                        },
                    ]
                    : [],
            },
        }
            .Used
            .Count > 0;

    /// <summary>The content is scanned with the lists and the policy of the day.</summary>
    public void Scan()
    {
        var matches = Enumerable
            .Range(0, random.Next(1, 4))
            .Select(_ => MatchRules.Classify(MadeEvidence()))
            .OfType<MatchStrength>()
            .Select(strength => new MatchFact
            {
                ListId = Guid.Empty,
                EntryId = Guid.Empty,
                Strength = strength,
                Purpose = Any<ListPurpose>(),
                ListMode = Any<Mode>(),
                Doubts = random.Next(3) == 0 ? (Doubts)random.Next(16) : Doubts.None,
            })
            .ToList();
        var where = new Situation(Any<Surface>(), random.Next(2) == 0 ? "DE" : "US");
        var verdict = PolicyRules.Decide(MadePolicy(), where, matches);
        if (verdict.Outcome == Outcome.None)
        {
            return;
        }
        WasBlocked |= verdict.Outcome == Outcome.Block;
        _item ??= ItemState.Open;
        if (rules.ConfirmsWhatIsBlocked && verdict.Outcome == Outcome.Block)
        {
            _item = ItemState.Confirmed;
        }
    }

    /// <summary>A person says what it is. True: it is not CSAM, and was not said to be so before.</summary>
    public bool Decide(ItemState verdict)
    {
        if (_item is not { } state)
        {
            return false;
        }
        List<CaseItem> chosen = state == ItemState.Open ? [new CaseItem { State = state }] : [];
        try
        {
            DecideCase.Check(_file, verdict, chosen, chosen);
        }
        catch (ProblemException)
        {
            return false;
        }
        if (chosen.Count == 0)
        {
            return false;
        }
        _item = verdict;
        IsConfirmedByPerson = verdict == ItemState.Confirmed;
        WasCleared |= verdict == ItemState.NotCsam;
        _file = new CaseFile
        {
            State = CaseState.Decided,
            Outcome = verdict == ItemState.Confirmed ? CaseOutcome.Confirmed : CaseOutcome.NotCsam,
        };
        return verdict == ItemState.NotCsam;
    }

    /// <summary>What was confirmed is looked at again; what was reversed stays so.</summary>
    public void Reopen()
    {
        _file = new CaseFile { State = CaseState.Open };
        if (_item == ItemState.Confirmed)
        {
            _item = ItemState.Open;
        }
    }

    /// <summary>The same file more often than chance has it.</summary>
    private Vigil.Matching.Evidence MadeEvidence()
    {
        var isSame = random.Next(2) == 0;
        return new()
        {
            Md5 = isSame ? DigestComparison.Equal : Any<DigestComparison>(),
            Sha1 = isSame ? DigestComparison.Equal : Any<DigestComparison>(),
            Sha256 = isSame ? DigestComparison.NotComparable : Any<DigestComparison>(),
            DistanceBits = random.Next(4) == 0 ? null : random.Next(isSame ? 12 : 64),
            PictureQuality = new Quality(random.Next(101)),
            EntryQuality = random.Next(2) == 0 ? null : new Quality(random.Next(101)),
            IsPiece = random.Next(5) == 0,
            Radius = Radius.Default,
            IsReportEligible = random.Next(2) == 0,
            WasViewedHere = random.Next(4) == 0,
        };
    }

    private PolicyDocument MadePolicy() =>
        new([
            .. Enumerable
                .Range(0, random.Next(4))
                .Select(_ => new PolicyRule
                {
                    Name = "made",
                    Surfaces = new HashSet<Surface>(),
                    Jurisdictions = new HashSet<string>(StringComparer.Ordinal),
                    Purposes = random.Next(2) == 0 ? new HashSet<ListPurpose>() : [Any<ListPurpose>()],
                    Strengths = random.Next(2) == 0 ? new HashSet<RuleStrength>() : [Any<RuleStrength>()],
                    Mode = Any<Mode>(),
                    Outcome = random.Next(3) switch
                    {
                        0 => Outcome.None,
                        1 => Outcome.Review,
                        _ => Outcome.Block,
                    },
                }),
        ]);

    private T Any<T>()
        where T : struct, Enum
    {
        var all = Enum.GetValues<T>();
        return all[random.Next(all.Length)];
    }
}
