using System.Globalization;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <param name="Choice">What.</param>
/// <param name="Reason">Stands in the ledger; 1 to 200 characters, no personal data.</param>
/// <param name="Word">Where it was unknown whether it is filed: what the recipient said, who and when; kept
/// sealed.</param>
/// <param name="RemoteId">Of a report that is filed: its number at the recipient.</param>
internal sealed record FilingAsk(FilingChoice Choice, string Reason, string? Word, string? RemoteId)
{
    public override string ToString() => $"{Choice}";
}

/// <summary>What persons decide about filings that wait for them.</summary>
internal static class Filings
{
    private const int MaxReason = 200;
    private const int MaxWord = 2000;
    private const int MaxRemoteId = 100;

    /// <summary>Decides, and records it; a worker goes on by itself.</summary>
    /// <param name="tx">Of an act by somebody who may file.</param>
    /// <param name="reportId">A report whose case the actor may see.</param>
    /// <param name="ask">What, and why.</param>
    /// <exception cref="ProblemException">There is none, it waits for no such decision, or the text is
    /// missing.</exception>
    public static async Task DecideAsync(Tx tx, Guid reportId, FilingAsk ask)
    {
        var report = await RequireAsync(tx, reportId);
        if (ask.Choice != FilingChoice.Withdraw || tx.Actor.Kind == ActorKind.Person)
        {
            await RequireQualifiedAsync(tx);
        }
        var row =
            await FilingRow.LockAsync(tx, reportId)
            ?? throw ProblemException.Conflict("not_being_filed", "This report is not being filed.");
        await FenceRow.RequireNoneAsync(tx, reportId);
        var state = row.Parsed;
        if (FilingChoices.MayBeFiled(state))
        {
            RequirePerson(tx);
        }
        RequireTexts(ask, needsWord: state.Phase == FilingPhase.NeedsHuman);
        var isCyberTip = FilingKinds.Of(report.Destination) == DeliveryKind.CyberTip;
        long? number =
            isCyberTip && ask.Choice == FilingChoice.IsFiled ? NumberOf(ask.RemoteId, state) : null;
        var after = FilingChoices.Apply(state, row.WaitsFor, ask.Choice, number, tx.Now);
        if (ask.Choice is FilingChoice.Resume or FilingChoice.FileAgain)
        {
            await StandingDecision.RequireAsync(tx, report);
        }
        await ExchangeLog.AddWordAsync(tx, reportId, after, ask);
        var receipt = await KeptReceiptAsync(tx, reportId, ask);
        await ReplaceAsync(
            tx,
            row,
            receipt is null ? after : after with { Phase = FilingPhase.Filed },
            isCyberTip ? null : ask.RemoteId?.Trim(),
            receipt
        );
        await tx.RecordAsync(
            new LedgerAct("report.filing_decided", reportId.ToString())
            {
                Reason = ask.Reason.Trim(),
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["choice"] = ask.Choice.ToString(),
                    ["remoteId"] = ask.RemoteId?.Trim() ?? "none",
                },
            }
        );
    }

    /// <summary>
    /// An environment takes our credentials again, or has new ones: what was stopped by that goes on.
    /// </summary>
    /// <param name="tx">A writer's.</param>
    /// <param name="environment">Which.</param>
    /// <param name="destination">Of this destination alone: each has credentials of its own.</param>
    public static async Task<int> GoOnAsync(
        Tx tx,
        ReportEnvironment environment,
        string destination = FilingKinds.CyberTip
    )
    {
        var stopped = (await FilingRow.OpenAsync(tx, int.MaxValue))
            .Where(row => row.Environment == environment)
            .Where(row => row.WaitsFor is WaitReasons.Credentials or WaitReasons.Address);
        var count = 0;
        foreach (var open in stopped)
        {
            if ((await ReportRow.FindAsync(tx, open.ReportId))?.Destination != destination)
            {
                continue;
            }
            await ResumeAsync(tx, open.ReportId);
            count++;
        }
        return count;
    }

    /// <summary>The first real report arrived there: those that one person approved waited for it, and go on.</summary>
    public static async Task GoOnAfterAsync(Tx tx, ReportRow filed)
    {
        var waiting = await tx.QueryAsync<Guid>(
            """
            select f.report_id from filing f join report r on r.tenant = @tenant and r.id = f.report_id
            where f.tenant = @tenant and f.waits_for = @why and f.environment = @environment
              and r.destination = @destination
            order by f.report_id
            """,
            new
            {
                why = WaitReasons.SecondPerson,
                environment = filed.Environment.ToString(),
                destination = filed.Destination,
            }
        );
        foreach (var id in waiting)
        {
            await ResumeAsync(tx, id);
        }
    }

    /// <summary>
    /// What it reports was decided as not CSAM: it is withdrawn, whatever it waits for. Where it is being finished the
    /// service is asked to take it back, and persons are told; where only they can find out, they are told.
    /// </summary>
    public static async Task ClearedAsync(Tx tx, Guid reportId)
    {
        if (await FilingRow.LockAsync(tx, reportId) is not { } row || row.Parsed.IsFinal)
        {
            return;
        }
        if (
            await FenceRow.IsBehindAsync(tx, reportId)
            || FilingChoices.Withdrawn(row.Parsed, tx.Now) is not { } after
        )
        {
            await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = reportId.ToString() });
            return;
        }
        if (FilingChoices.MayBeFiled(row.Parsed))
        {
            // Closed again when the service says that it took it back.
            await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = reportId.ToString() });
        }
        await ReplaceAsync(tx, row, after, null);
        await tx.RecordAsync(
            new LedgerAct("report.filing_decided", reportId.ToString())
            {
                Reason = "Its case was decided as not CSAM.",
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["choice"] = nameof(FilingChoice.Withdraw),
                },
            }
        );
    }

    /// <exception cref="ProblemException">There is none that the actor may see.</exception>
    public static async Task<ReportRow> RequireAsync(Tx tx, Guid reportId) =>
        await ReportRow.FindAsync(tx, reportId) is { } report && await tx.MaySeeCaseAsync(report.CaseRef)
            ? report
            : throw ProblemException.NotFound("There is no report of this id.");

    private static void RequirePerson(Tx tx)
    {
        if (tx.Actor.Kind != ActorKind.Person)
        {
            throw ProblemException.Conflict(
                "not_a_person",
                "A person decides this, signed in to the console."
            );
        }
    }

    /// <exception cref="ProblemException">No person, or one who is not qualified to file.</exception>
    public static async Task RequireQualifiedAsync(Tx tx)
    {
        RequirePerson(tx);
        if (!tx.IsAnswered<QualificationWanted>())
        {
            return;
        }
        var answer = await tx.AskAsync<QualificationWanted, Qualification>(
            new QualificationWanted(QualificationTrack.Filing)
        );
        if (!answer.IsQualified)
        {
            throw new ProblemException(403, "not_qualified", answer.Advice);
        }
    }

    /// <summary>Of an attempt that was given up, where it is filed under that number; null: none came.</summary>
    private static async Task<(int Attempt, byte[] Bytes)?> KeptReceiptAsync(
        Tx tx,
        Guid reportId,
        FilingAsk ask
    ) =>
        ask is { Choice: FilingChoice.IsFiled, RemoteId: { } number }
            ? await GivenUpReceipt.FindAsync(tx, reportId, number.Trim())
            : null;

    private static async Task ReplaceAsync(
        Tx tx,
        FilingRow row,
        FilingState after,
        string? remoteId,
        (int Attempt, byte[] Bytes)? receipt = null
    )
    {
        if (!await FilingRow.ReplaceAsync(tx, row.ReportId, row.Version, after, null, "", []))
        {
            throw new InvalidOperationException("The filing changed meanwhile: lock it first.");
        }
        if (after.IsFinal)
        {
            await FilingEnd.EndAsync(tx, row.ReportId, after, receipt?.Bytes, remoteId, receipt?.Attempt);
        }
        else
        {
            await FilingEnd.GoOnAsync(tx, row.ReportId);
        }
    }

    /// <summary>What stopped it is right now.</summary>
    private static async Task ResumeAsync(Tx tx, Guid reportId)
    {
        var row = (await FilingRow.LockAsync(tx, reportId))!;
        var after = FilingChoices.Apply(row.Parsed, row.WaitsFor, FilingChoice.Resume, null, tx.Now);
        await ReplaceAsync(tx, row, after, null);
    }

    private static void RequireTexts(FilingAsk ask, bool needsWord)
    {
        if (ask.Reason.Trim() is not { Length: > 0 and <= MaxReason })
        {
            throw ProblemException.BadRequest(
                "bad_reason",
                $"A 'reason' of 1 to {MaxReason} characters is needed."
            );
        }
        if (needsWord && ask.Word?.Trim() is not { Length: > 0 and <= MaxWord })
        {
            throw ProblemException.BadRequest(
                "word_needed",
                $"Ask the recipient with the Request-IDs, and give in 'word' what it said, who and when (1 to "
                    + $"{MaxWord} "
                    + "characters)."
            );
        }
        if (
            ask.Choice == FilingChoice.IsFiled
            && ask.RemoteId?.Trim() is not { Length: > 0 and <= MaxRemoteId }
        )
        {
            throw ProblemException.BadRequest(
                "remote_id_needed",
                "Give in 'remoteId' the number that the recipient has the report under."
            );
        }
    }

    private static long NumberOf(string? remoteId, FilingState state)
    {
        var isNumber = long.TryParse(
            remoteId?.Trim(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        );
        return isNumber && number > 0 && (state.ReportId is null || state.ReportId == number)
            ? number
            : throw ProblemException.BadRequest(
                "bad_remote_id",
                state.ReportId is null
                    ? "The CyberTipline's number of a report has digits only."
                    : $"This attempt's number is {state.ReportId}; another report's cannot be taken for it."
            );
    }
}
