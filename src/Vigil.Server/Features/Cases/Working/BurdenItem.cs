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

    public bool IsOfPictures =>
        Reason
            is FlagReason.Csam
                or FlagReason.GeneratedCsam
                or FlagReason.IntimateImage
                or FlagReason.Sextortion
                or FlagReason.LiveStreaming
                or FlagReason.UnsolicitedMaterial;
}
