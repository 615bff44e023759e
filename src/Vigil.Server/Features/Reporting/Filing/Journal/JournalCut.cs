using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>
/// A journal that ends too early. A torn last line was never acknowledged: the call that it announced was not made, and
/// the database says so. Lines that were durable once cannot be lost by a power loss: where they are gone somebody cut
/// the file, and a database that was put back besides could not be told from a right one. So filing stops.
/// </summary>
internal static class JournalCut
{
    public const string Alarm = "filing_journal_cut";

    /// <param name="tx">Of the start's comparison.</param>
    /// <param name="journal">As it was read just now.</param>
    public static async Task AtStartAsync(Tx tx, FilingJournal journal)
    {
        var own = (await JournalRow.ReadAsync(tx, isLocked: false)).FirstOrDefault(row =>
            row.Id == journal.Id
        );
        if (own?.Lines > journal.Lines)
        {
            await Fence.LoseAsync(tx, withDrafts: true);
            await JournalRow.ForgetLinesAsync(tx, journal);
            await TellAsync(
                tx,
                AlarmSeverity.Page,
                $"{own.Lines - journal.Lines} lines that stood in the journal of what was filed are gone: somebody cut "
                    + "the file off, or put an older one there. Nothing is filed until two people have decided about "
                    + "each report on /console/reporting/fence. Find out who changed the folder 'journals' beside the "
                    + "keys; never put it back from a backup."
            );
            return;
        }
        if (await FenceRow.LockAsync(tx, Fence.Whole) is { DecidedAt: null })
        {
            // What closed it is not over: its alarm stays until people have decided.
            return;
        }
        if (journal.WasTorn)
        {
            await TellAsync(
                tx,
                AlarmSeverity.Urgent,
                "The last line of the journal of what was filed was cut off. It announced a call that was never made, "
                    + "so nothing is lost, and filing goes on. If this machine lost its power, nothing is to be done. "
                    + "If not, find out who changed the folder 'journals' beside the keys, or have the disk tested."
            );
        }
        else
        {
            await tx.ClearAlarmAsync(Alarm);
        }
    }

    /// <summary>It is shorter than this process wrote it. Filing stops until a start has read it anew.</summary>
    public static async Task WhileOpenAsync(Tx tx)
    {
        if (await FenceRow.LockAsync(tx, Fence.Whole) is not { DecidedAt: null })
        {
            await Fence.LoseAsync(tx, withDrafts: true);
            await Fence.TellAsync(tx);
        }
        await tx.RaiseAlarmOnceAsync(
            new Alarm(
                Alarm,
                AlarmSeverity.Page,
                "Somebody cut off the journal of what was filed while this server has it open: nothing is filed. "
                    + "Restart the server, then two people decide about each report on /console/reporting/fence. Find "
                    + "out who changed the folder 'journals' beside the keys."
            )
        );
    }

    /// <summary>What an earlier start said of it is over.</summary>
    private static async Task TellAsync(Tx tx, AlarmSeverity severity, string text)
    {
        await tx.ClearAlarmAsync(Alarm);
        await tx.RaiseAlarmAsync(new Alarm(Alarm, severity, text));
    }
}
