using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>
/// A report that left, or may have, and that the database lost in a restore: nothing but the fence's row knows of it.
/// </summary>
internal sealed record LostReport
{
    /// <summary>The last that the journal knows.</summary>
    public required JournalLine Line { get; init; }

    /// <summary>Nobody decided about it yet: it may be filed.</summary>
    public bool IsUndecided { get; init; }

    /// <summary>Two people said that its recipient has it.</summary>
    public bool IsFiled { get; init; }

    /// <summary>What its recipient calls it; empty: not known.</summary>
    public string Number { get; init; } = "";

    public Guid Id => Line.Report;

    /// <summary>What was confirmed later it does not say.</summary>
    public DateTimeOffset DraftedAt => Line.Drafted ?? Line.At;

    /// <summary>Those that are filed, may be, or were taken back after they were given out; the oldest first.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="undecidedAlone">Only those that nobody decided about yet.</param>
    public static async Task<IReadOnlyList<LostReport>> ReadAsync(Tx tx, bool undecidedAlone = false) =>
        [
            .. (await FenceRow.LostAsync(tx, undecidedAlone))
                .Select(row => Of(tx, row))
                .Where(lost => lost.IsUndecided || lost.IsFiled || lost.WasGiven),
        ];

    /// <summary>Those that name one of these cases.</summary>
    public static async Task<IReadOnlyList<LostReport>> OfCasesAsync(Tx tx, IReadOnlyList<string> cases) =>
        [
            .. (await ReadAsync(tx)).Where(lost =>
                lost.Line.Cases.Any(reference => cases.Contains(reference, StringComparer.Ordinal))
            ),
        ];

    /// <summary>It may have gone there; what a line of an earlier version does not say may be so.</summary>
    public bool MayBeTo(string destination, ReportEnvironment environment) =>
        (
            Line.To is { } to
                ? to == destination
                : AllDestinations.Find(destination)?.Kind is not DeliveryKind.Package
        )
        && (Line.Environment ?? environment) == environment;

    /// <summary>It went there, and to whom that environment's reports go now.</summary>
    /// <param name="destination">Code.</param>
    /// <param name="environment">Of the destination.</param>
    /// <param name="since">Since when they go there.</param>
    /// <param name="address">Where; empty: the destination has none.</param>
    public bool WentTo(
        string destination,
        ReportEnvironment environment,
        DateTimeOffset since,
        string address
    ) =>
        IsFiled
        && Line.To == destination
        && Line.Environment == environment
        && Line.At >= since
        && (address.Length == 0 || (Line.Address ?? address) == address);

    /// <summary>Taken back after it was given out: its recipient may have it.</summary>
    private bool WasGiven => Line.Package?.Step == PackageStep.Withdrawn;

    private static LostReport Of(Tx tx, FenceRow row)
    {
        var line = row.LineOf(tx)!;
        var isFiled = row is { DecidedAt: not null, Decision: nameof(FenceDecision.IsFiled) };
        return new LostReport
        {
            Line = line,
            IsUndecided = row.DecidedAt is null,
            IsFiled = isFiled,
            Number = (isFiled ? row.AskOf(tx)?.RemoteId : null) ?? line.Number,
        };
    }

    public override string ToString() => $"{Line}";
}
