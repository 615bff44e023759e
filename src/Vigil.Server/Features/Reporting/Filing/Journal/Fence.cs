using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>
/// After a restore: that the database was put back, a journal that knows more than it, or that is not there while the
/// database has filings, stops all filing of the tenant, visibly, until persons decided about each report.
/// </summary>
internal static class Fence
{
    public const string Alarm = "filing_fenced";

    /// <summary>Stands for the journal as a whole.</summary>
    public static readonly Guid Whole = Guid.Empty;

    /// <summary>Reports that are looked at.</summary>
    private const int Most = 100_000;

    /// <summary>Gives whether filing is stopped.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="journal">Of this process.</param>
    /// <param name="wasPutBack">The installation went on from a database that was put back to an older state.</param>
    public static async Task<bool> CompareAsync(Tx tx, FilingJournal journal, bool wasPutBack)
    {
        var isKnown =
            await tx.FindAsync<long>(
                "select count(*) from filing_journal where tenant = @tenant and id = @id",
                new { id = journal.Id }
            ) > 0;
        if (!isKnown)
        {
            // A journal that begins now says nothing of what another one, or a database that is gone, knew. Where
            // others are waited for, their servers say so or do not (Peers).
            var rows = await JournalRow.ReadAsync(tx, isLocked: false);
            var isLost =
                journal.Last.IsEmpty
                && rows.All(row => row.IsRetired)
                && (wasPutBack || rows.Count > 0 || await WasFiledAsync(tx));
            await JournalRow.CatchUpAsync(tx, new Dictionary<Guid, long> { [journal.Id] = 0 });
            if (isLost)
            {
                await LoseAsync(tx, withDrafts: true);
            }
        }
        await JournalCut.AtStartAsync(tx, journal);
        await CompareLinesAsync(tx, journal);
        await VoidLeasesAsync(tx, journal.Id);
        return await TellAsync(tx);
    }

    /// <summary>
    /// The database lost what journals know: what this one filed by name, what others filed as a whole. Heads go on
    /// from where the journals came to.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="journal">Of this process.</param>
    /// <param name="ofOthers">What other journals wrote is missing.</param>
    public static async Task<bool> PutBackAsync(Tx tx, FilingJournal journal, bool ofOthers)
    {
        await CompareLinesAsync(tx, journal);
        if (ofOthers)
        {
            await LoseAsync(tx, withDrafts: true);
        }
        await JournalRow.CatchUpAsync(
            tx,
            new Dictionary<Guid, long>(journal.Marks) { [journal.Id] = journal.Head }
        );
        return await TellAsync(tx);
    }

    /// <summary>
    /// The installation went on from a database that was put back. What was withdrawn, undone, cleared or handed over
    /// since the backup stands in no line of a journal: all that may leave waits for persons, once for each such act.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="known">Number of the act up to which was looked before.</param>
    /// <param name="newest">And up to which now.</param>
    /// <param name="wasResumed">There is such an act between.</param>
    /// <param name="hasJournal">A journal of this tenant lies here.</param>
    public static async Task<bool> ResumedAsync(
        Tx tx,
        long known,
        long newest,
        bool wasResumed,
        bool hasJournal
    )
    {
        var isMine = await ResumeRow.FindAsync(tx) == known;
        await ResumeRow.PutAsync(tx, newest, wasResumed);
        if (
            !wasResumed
            || !isMine
            // Nobody reports here: there is nothing to compare.
            || (!hasJournal && !await HasJournalAsync(tx) && !await IsAnyReportAsync(tx))
        )
        {
            return false;
        }
        // Drafts that were approved and filed since are named by the lines of the journal, where it lies here.
        await LoseAsync(tx, withDrafts: !hasJournal);
        return await TellAsync(tx);
    }

    private static async Task<bool> IsAnyReportAsync(Tx tx) =>
        await tx.FindAsync<long>(
            "select count(*) from (select 1 from report where tenant = @tenant limit 1) as found"
        ) > 0;

    /// <summary>What is over here never goes on, so no line is ahead of it: the others alone are asked for.</summary>
    private static async Task CompareLinesAsync(Tx tx, FilingJournal journal)
    {
        var over = await FilingRow.OverAsync(tx);
        foreach (var line in journal.Last.Values.Where(line => !over.Contains(line.Report)))
        {
            await CompareAsync(tx, line);
        }
    }

    /// <summary>The database knows of a journal, wherever it is now.</summary>
    public static async Task<bool> HasJournalAsync(Tx tx) =>
        await tx.FindAsync<long>("select count(*) from filing_journal where tenant = @tenant") > 0;

    /// <summary>Raises the alarm while somebody must decide, and ends it after.</summary>
    public static async Task<bool> TellAsync(Tx tx)
    {
        var waiting = await FenceRow.CountAsync(tx);
        if (waiting == 0)
        {
            await tx.ClearAlarmAsync(Alarm);
            return false;
        }
        await tx.RaiseAlarmAsync(
            new Alarm(
                Alarm,
                AlarmSeverity.Page,
                $"The database was put back, or is older than the journal of what was filed and given out, or the "
                    + $"journal or lines of it are gone: nothing is filed, and no package given out, until two people "
                    + $"have decided about {waiting} reports, after asking their recipients. The page of the fence "
                    + $"says which."
            )
        );
        return true;
    }

    /// <summary>Again before a report is taken: a database can be put back under a program that runs.</summary>
    public static async Task<bool> IsBehindAsync(Tx tx, FilingJournal journal, Guid reportId) =>
        journal.Last.TryGetValue(reportId, out var line)
        && await CompareAsync(tx, line)
        && await TellAsync(tx);

    private static async Task<bool> CompareAsync(Tx tx, JournalLine line)
    {
        var isAhead = await IsAheadAsync(tx, line);
        if (isAhead && await FenceRow.OpenAsync(tx, line.Report, FenceRow.Ahead, line) > 0)
        {
            await CallOffAsync(tx, line.Report.ToString());
        }
        return isAhead;
    }

    /// <summary>Whoever asked did not know what the journal knows now: they ask anew.</summary>
    private static async Task CallOffAsync(Tx tx, string about)
    {
        if (await SecondPerson.FindAsync(tx, FenceDeciding.Action, about) is not null)
        {
            await SecondPerson.WithdrawAsync(
                tx,
                FenceDeciding.Action,
                about,
                "The journal knows more of it since."
            );
        }
    }

    private static async Task<bool> IsAheadAsync(Tx tx, JournalLine line)
    {
        if (
            await FenceRow.LockAsync(tx, line.Report) is { DecidedAt: not null } decided
            && IsDecided(decided, line)
        )
        {
            return false;
        }
        return line.Package is null
            ? await FilingRow.LockAsync(tx, line.Report) is not { } row || IsAhead(line, row.Parsed)
            : await PackageCalls.LockAsync(tx, line.Report) < line.Call;
    }

    /// <summary>
    /// Decided about this line or a later one, of whichever journal: what came of it may be in the database or not. A
    /// line that says filed is asked about again where the decision did not.
    /// </summary>
    private static bool IsDecided(FenceRow row, JournalLine line) =>
        !IsLater(line, row.KnownEpoch, row.KnownCall)
        && (!line.IsFiled || row.Decision == nameof(FenceDecision.IsFiled));

    private static bool IsAhead(JournalLine line, CyberTip.Filing.FilingState state) =>
        IsLater(line, state.Epoch, state.CallNumber) || (line.IsFinal && !state.IsFinal);

    private static bool IsLater(JournalLine line, long epoch, long call) =>
        line.Epoch > epoch || (line.Epoch == epoch && line.Call > call);

    private static async Task<bool> WasFiledAsync(Tx tx) =>
        await tx.FindAsync<long>(
            "select count(*) from (select 1 from filing where tenant = @tenant and epoch > 0 limit 1) as found"
        ) > 0;

    /// <summary>Nothing is known: every report that may leave, or may have left, waits; packages too.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="withDrafts">
    /// Drafts too: they may have been approved and filed since the backup, and no line here would name them.
    /// </param>
    public static async Task LoseAsync(Tx tx, bool withDrafts)
    {
        await FenceRow.OpenAsync(tx, Whole, FenceRow.Lost, null);
        ReportState[] drafts = withDrafts ? [ReportState.Draft] : [];
        foreach (
            var state in (ReportState[])
                [ReportState.Approved, ReportState.Filing, ReportState.NeedsHuman, .. drafts]
        )
        {
            foreach (var report in await ReportRow.InStateAsync(tx, state, Most))
            {
                await FenceRow.OpenAsync(tx, report.Id, FenceRow.Lost, null);
            }
        }
    }

    /// <summary>The journal is this process's alone: who held leases by it is no more.</summary>
    private static Task<int> VoidLeasesAsync(Tx tx, Guid journal) =>
        tx.ExecuteAsync(
            """
            update filing set lease_owner = null, lease_until = null
            where tenant = @tenant and lease_owner like @owner
            """,
            new { owner = $"{journal:n}/%" }
        );
}
