using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>An item as far as it tells what a look at its case asks of a person.</summary>
internal sealed class BurdenItem
{
    public Guid Id { get; init; }
    public CaseOrigin Origin { get; init; }
    public ItemState State { get; init; }
    public string? Strength { get; init; }
    public string Surface { get; init; } = "";
    public Guid? EntryId { get; init; }

    /// <summary>Of the list whose entry weighed most; null: no list's.</summary>
    public string? Purpose { get; init; }

    public bool IsExact => Strength is "known" or "exact";
}

/// <summary>What users said of an item.</summary>
internal sealed class BurdenFlag
{
    public Guid ItemId { get; init; }
    public FlagReason Reason { get; init; }

    /// <summary>Conversations that were handed in with it.</summary>
    public long Threads { get; init; }
}

/// <summary>
/// What a case asks of who takes it. It follows what is still to be decided and seen, not what the case was opened for:
/// similar and new files join the case of an exact match.
/// </summary>
/// <param name="IsGraphic">Pictures that burden may have to be seen.</param>
/// <param name="IsNewMaterial">Some of these no list knows.</param>
/// <param name="Harms">What is known to be in it, each once.</param>
internal sealed record Burden(bool IsGraphic, bool IsNewMaterial, IReadOnlyList<HarmKind> Harms)
{
    public static readonly Burden None = new(false, false, []);

    /// <summary>Cases of one key are answered alike.</summary>
    public string Key => $"{IsGraphic} {IsNewMaterial} {string.Join(' ', Harms)}";

    /// <param name="type">Of the case; null: nobody said yet.</param>
    /// <param name="items">All of them.</param>
    /// <param name="flags">Of all of them.</param>
    /// <param name="graded">What people graded of them.</param>
    /// <param name="unseen">Contents that somebody must still look at.</param>
    public static Burden Of(
        ProblemType? type,
        IReadOnlyList<BurdenItem> items,
        IReadOnlyList<BurdenFlag> flags,
        IEnumerable<GradeFacts> graded,
        IEnumerable<ContentStanding> unseen
    )
    {
        var open = items.Where(item => item.State == ItemState.Open).ToList();
        var looks = open.Where(item => MayHoldPictures(type, item, flags))
            .Select(item => (BurdenItem?)item)
            .Concat(
                unseen
                    .Select(content => (content.ItemId, Item: open.Find(item => item.Id == content.ItemId)))
                    .Where(content => content.ItemId is null || content.Item is not null)
                    .Select(content => content.Item)
            )
            .ToList();
        var harms = KnownHarms
            .Of(type)
            .Concat(flags.SelectMany(flag => KnownHarms.Of(flag.Reason)))
            .Concat(items.SelectMany(item => KnownHarms.OfPurpose(item.Purpose)))
            .Concat(items.SelectMany(item => KnownHarms.OfSurface(item.Surface)))
            .Concat(graded.SelectMany(facts => KnownHarms.Of(facts)));
        if (HasWords(items, flags))
        {
            harms = harms.Append(HarmKind.Conversations);
        }
        return new Burden(
            looks.Count > 0,
            looks.Exists(item => item?.Origin != CaseOrigin.Match),
            [.. harms.Distinct().Order()]
        );
    }

    /// <summary>
    /// An exact match need not be seen unless a content of it still must; words have no pictures; of all else only what
    /// users or colleagues called it tells.
    /// </summary>
    private static bool MayHoldPictures(
        ProblemType? type,
        BurdenItem item,
        IReadOnlyList<BurdenFlag> flags
    ) =>
        item.Origin switch
        {
            CaseOrigin.Match => !item.IsExact,
            CaseOrigin.Text => false,
            _ => type is not (ProblemType.Grooming or ProblemType.Other)
                || flags.Any(flag => flag.ItemId == item.Id && IsOfPictures(flag.Reason)),
        };

    private static bool IsOfPictures(FlagReason reason) =>
        reason
            is FlagReason.Csam
                or FlagReason.GeneratedCsam
                or FlagReason.IntimateImage
                or FlagReason.Sextortion
                or FlagReason.LiveStreaming
                or FlagReason.UnsolicitedMaterial;

    private static bool HasWords(IReadOnlyList<BurdenItem> items, IReadOnlyList<BurdenFlag> flags) =>
        items.Any(item => item.Origin == CaseOrigin.Text) || flags.Any(flag => flag.Threads > 0);
}
