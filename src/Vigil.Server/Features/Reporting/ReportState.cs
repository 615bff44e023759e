namespace Vigil.Server.Features.Reporting;

/// <summary>Where a report stands. What follows what: <see cref="ReportMoves"/>.</summary>
internal enum ReportState
{
    /// <summary>Being written. Nothing leaves.</summary>
    Draft,

    /// <summary>A named person approved these bytes; nothing leaves before the end of the undo window.</summary>
    Approved,

    /// <summary>On its way: the delivery has it.</summary>
    Filing,

    /// <summary>It cannot go on without a person, who must find out or decide.</summary>
    NeedsHuman,

    /// <summary>Filed, and the receipt is kept.</summary>
    Filed,

    /// <summary>Filed: the recipient says so. The receipt was lost on the way.</summary>
    FiledReceiptLost,

    /// <summary>The package was given to a person to hand it over; the receipt is awaited.</summary>
    HandedOver,

    /// <summary>The recipient refused the document: a corrected draft is another report.</summary>
    Rejected,

    /// <summary>A person took it back before it was filed.</summary>
    Withdrawn,
}

/// <summary>Test reports and real ones never mix: other credentials, another colour, other rows.</summary>
internal enum ReportEnvironment
{
    Test,
    Production,
}

/// <summary>Which state may follow which.</summary>
internal static class ReportMoves
{
    private static readonly Dictionary<ReportState, ReportState[]> Next = new()
    {
        [ReportState.Draft] = [ReportState.Approved, ReportState.Withdrawn],
        [ReportState.Approved] =
        [
            ReportState.Draft,
            ReportState.Filing,
            ReportState.HandedOver,
            ReportState.Withdrawn,
        ],
        [ReportState.Filing] =
        [
            ReportState.NeedsHuman,
            ReportState.Filed,
            ReportState.FiledReceiptLost,
            ReportState.Rejected,
            ReportState.Withdrawn,
        ],
        [ReportState.NeedsHuman] =
        [
            ReportState.Filing,
            ReportState.Filed,
            ReportState.FiledReceiptLost,
            ReportState.Rejected,
            ReportState.Withdrawn,
        ],
        [ReportState.HandedOver] = [ReportState.Filed, ReportState.Withdrawn],
    };

    public static bool May(ReportState from, ReportState to) =>
        Next.GetValueOrDefault(from)?.Contains(to) == true;

    /// <summary>Nothing follows.</summary>
    public static bool IsFinal(ReportState state) => !Next.ContainsKey(state);
}
