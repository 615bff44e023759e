using System.Globalization;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>
/// After a restore: one person asks the recipient and says what is so with a report, a second confirms it; a team of
/// one waits a day. Then, and not before, it goes on.
/// </summary>
internal static class FenceDeciding
{
    /// <summary>The act that takes two persons.</summary>
    public const string Action = "filing.fence_decided";
    private const int MaxWord = 2000;

    /// <exception cref="ProblemException">There is none behind the fence, or it cannot be decided so.</exception>
    /// <exception cref="SecondPersonException">It was asked for already.</exception>
    public static async Task AskAsync(Tx tx, Guid id, FenceAsk ask)
    {
        var row = await RequireAsync(tx, id);
        await Filings.RequireQualifiedAsync(tx);
        if (ask.Word.Trim() is not { Length: > 0 and <= MaxWord })
        {
            throw ProblemException.BadRequest(
                "word_needed",
                $"Say in 'word' what the recipient said, who and when, or what was compared (1 to {MaxWord} "
                    + "characters)."
            );
        }
        var line = row.LineOf(tx);
        await RequirePossibleAsync(tx, id, line, ask);
        var asked = ask with { RemoteId = ask.RemoteId?.Trim() ?? line?.Number ?? "" };
        var (decision, plan) = (ask.Decision.ToString(), asked.ToUtf8Json());
        await SecondPerson.RequestAsync(tx, Action, id.ToString(), decision, TimeSpan.Zero, plan);
        await FenceRow.AskAsync(tx, id, asked);
    }

    /// <exception cref="SecondPersonException">Nothing waits, not what was read, or it is the same person.</exception>
    public static async Task ConfirmAsync(Tx tx, Guid id, string? read)
    {
        var row = await RequireAsync(tx, id);
        await Filings.RequireQualifiedAsync(tx);
        var asked = row.AskOf(tx);
        await SecondPerson.ConfirmAsync(tx, Action, id.ToString(), read, asked?.ToUtf8Json());
        var ask = asked!;
        await RequirePossibleAsync(tx, id, row.LineOf(tx), ask);
        await ApplyAsync(tx, row, ask);
        await FenceRow.DecideAsync(tx, id, ask.Decision);
        await tx.RecordAsync(
            new LedgerAct(Action, id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["decision"] = ask.Decision.ToString(),
                    ["remoteId"] = ask.RemoteId is { Length: > 0 } remoteId ? remoteId : "none",
                },
            }
        );
        await Fence.TellAsync(tx);
    }

    /// <exception cref="SecondPersonException">Nothing was asked for.</exception>
    public static async Task WithdrawAsync(Tx tx, Guid id, string reason)
    {
        await RequireAsync(tx, id);
        if (reason.Trim() is not { Length: > 0 and <= 200 })
        {
            throw ProblemException.BadRequest("bad_reason", "A 'reason' of 1 to 200 characters is needed.");
        }
        await SecondPerson.WithdrawAsync(tx, Action, id.ToString(), reason.Trim());
    }

    private static async Task<FenceRow> RequireAsync(Tx tx, Guid id)
    {
        var row = await FenceRow.LockAsync(tx, id);
        var report = await ReportRow.FindAsync(tx, id);
        return row is { DecidedAt: null } && (report is null || await tx.MaySeeCaseAsync(report.CaseRef))
            ? row
            : throw ProblemException.NotFound("No report of this id waits behind the fence.");
    }

    /// <summary>Of the first person, and of the second again: journal, report and case may say more by then.</summary>
    private static async Task RequirePossibleAsync(Tx tx, Guid id, JournalLine? line, FenceAsk ask)
    {
        var report = await ReportRow.FindAsync(tx, id);
        if ((Refusal(id, line, ask, report) ?? await UnconfirmedAsync(tx, report, ask)) is { } refusal)
        {
            throw ProblemException.Conflict("cannot_be_decided_so", refusal);
        }
    }

    /// <summary>
    /// What its case says meanwhile: an approval that stood behind the fence was not taken back. A draft stays one, but
    /// not of a case that was purged: it would keep the names of who was cleared.
    /// </summary>
    private static async Task<string?> UnconfirmedAsync(Tx tx, ReportRow? report, FenceAsk ask)
    {
        const string refusal =
            "What it says is not confirmed now, so it does not go on: choose is_filed or withdraw.";
        if (ask.Decision != FenceDecision.GoOn || report is null)
        {
            return null;
        }
        return report.State == ReportState.Draft
            ? await ForgetCleared.IsOfClearedAsync(tx, report)
                ? refusal
                : null
            : await StandingDecision.StandsAsync(tx, report)
                ? null
                : refusal;
    }

    private static string? Refusal(Guid id, JournalLine? line, FenceAsk ask, ReportRow? report)
    {
        if (id == Fence.Whole)
        {
            return ask.Decision == FenceDecision.GoOn
                ? null
                : "This stands for the journal as a whole: when the recipients' lists of our reports were "
                    + "compared with ours, choose go_on.";
        }
        if (
            ask.Decision == FenceDecision.GoOn
            && line?.Package is { } note
            && FencedPackage.GoOnRefusal(note, report) is { } refusal
        )
        {
            return refusal;
        }
        if (line?.IsFiled == true && ask.Decision != FenceDecision.IsFiled)
        {
            return "The journal knows that this report is filed: choose is_filed.";
        }
        if (ask.Decision == FenceDecision.GoOn && IsTakenBack(line))
        {
            return "The journal knows that it was taken back: choose withdraw; or is_filed, where its recipient has "
                + "it. If it is to be reported after all, write another draft.";
        }
        if (IsAskedByNobody(line, report) && ask.Decision == FenceDecision.GoOn)
        {
            return "It may be filed, and its approval is not in this database, so that nothing asks the service by "
                + "finishing it once more: choose is_filed or withdraw.";
        }
        return
            ask.Decision == FenceDecision.IsFiled && (ask.RemoteId?.Trim() ?? line?.Number ?? "").Length == 0
            ? "Give in 'remoteId' the number that the recipient has the report under."
            : null;
    }

    /// <summary>Done, or being done: of calls, whose line says so by itself.</summary>
    private static bool IsTakenBack(JournalLine? line) =>
        line is { Package: null, Phase: FilingPhase.Withdrawn } or { Package: null, IsWithdrawn: true };

    /// <summary>Its finish may have arrived, and it is a draft here, or is not here: it would be filed anew.</summary>
    private static bool IsAskedByNobody(JournalLine? line, ReportRow? report) =>
        line?.MayBeFiled == true && report is null or { State: ReportState.Draft };

    private static async Task ApplyAsync(Tx tx, FenceRow row, FenceAsk ask)
    {
        if (row.ReportId == Fence.Whole)
        {
            // Whatever any journal knew was compared with the recipients: servers that live come in anew.
            await JournalRow.RetireAllAsync(tx);
            return;
        }
        var line = row.LineOf(tx);
        var report = await ReportRow.FindAsync(tx, row.ReportId);
        if (report is null || ReportMoves.IsFinal(report.State))
        {
            // Not in this database any more, or over: what was decided stands in the ledger. A package that was taken
            // back had left before: its recipient may have it.
            var mayHaveArrived =
                ask.Decision == FenceDecision.IsFiled || line?.Package?.Step == PackageStep.Withdrawn;
            if (report is null && mayHaveArrived && line is not null)
            {
                await FiledBefore.KeepAsync(tx, line);
            }
            await LostDecided.ApplyAsync(tx, report, ask, line);
            return;
        }
        if (FencedPackage.Is(report))
        {
            await FencedPackage.ApplyAsync(tx, report, ask, line);
            return;
        }
        if (ask.Decision == FenceDecision.GoOn)
        {
            await GoOnAsync(tx, report, line);
            return;
        }
        var filed = line?.Receipt is null ? FilingPhase.FiledReceiptLost : FilingPhase.Filed;
        var phase = ask.Decision == FenceDecision.Withdraw ? FilingPhase.Withdrawn : filed;
        var state = await StateOfAsync(tx, report, line);
        state = state with
        {
            Phase = phase,
            IsSent = false,
            ReportId = NumberOf(ask.RemoteId) ?? state.ReportId,
        };
        await PutAsync(tx, report, state);
        if (ask.Decision == FenceDecision.IsFiled)
        {
            await FiledBefore.BeginAsync(tx, report, line?.At ?? tx.Now);
        }
        await FilingEnd.EndAsync(tx, report.Id, state, line?.Receipt, ask.RemoteId);
        if (phase == FilingPhase.FiledReceiptLost)
        {
            await FilingAlarms.RaiseAsync(tx, report.Id, FilingAlarm.ReceiptLost);
        }
    }

    /// <summary>
    /// What may be filed is finished once more, under its own number: the service then says whether it was. All else is
    /// begun anew; what the journal knows of is never finished.
    /// </summary>
    private static async Task GoOnAsync(Tx tx, ReportRow report, JournalLine? line)
    {
        if (line is null || report.State == ReportState.Draft)
        {
            return;
        }
        var state = await StateOfAsync(tx, report, line);
        await PutAsync(
            tx,
            report,
            line is { MayBeFiled: true, RemoteId: not null }
                ? state with
                {
                    Phase = FilingPhase.Finishing,
                    IsSent = true,
                    FinishMayHaveArrived = true,
                }
                : FilingState.Approve(state.ApprovedAt, []) with
                {
                    Epoch = line.Epoch,
                }
        );
        if (line.RemoteId is not null)
        {
            var address = await FilingEnvironment.AddressAtAsync(tx, report.Environment, line.At);
            await FilingRow.PutAddressAsync(tx, report.Id, line.Address ?? address);
        }
        if (line is { MayBeFiled: true, RemoteId: not null } || report.State == ReportState.NeedsHuman)
        {
            await FilingEnd.GoOnAsync(tx, report.Id);
        }
        await FilingRow.RaiseEpochAsync(tx, report.Id, line.Epoch);
    }

    /// <summary>As the database has it, brought up to what the journal knows.</summary>
    private static async Task<FilingState> StateOfAsync(Tx tx, ReportRow report, JournalLine? line)
    {
        var material = await FilingMaterial.ReadAsync(tx, report.Id);
        var files = material?.Files.Select(file => new FilingFile(file.Details.Length > 0)).ToList() ?? [];
        var state = (await FilingRow.LockAsync(tx, report.Id))?.Parsed;
        state ??= FilingState.Approve(report.ApprovedAt ?? tx.Now, [.. files]);
        return line is null
            ? state
            : state with
            {
                Epoch = Math.Max(line.Epoch, state.Epoch),
                CallNumber = line.Call,
                Attempt = line.Attempt,
                ReportId = line.RemoteId,
                RequestIds = [.. line.RequestIds],
                Files =
                    line.FileIds is { } ids && ids.Count == files.Count
                        ? [.. files.Zip(ids, (file, id) => file with { FileId = id })]
                        : [.. files],
                BlockedBy = null,
                NotBefore = null,
            };
    }

    private static async Task PutAsync(Tx tx, ReportRow report, FilingState state)
    {
        await FilingRow.AddAsync(tx, report.Id, report.Environment, state);
        var row = (await FilingRow.LockAsync(tx, report.Id))!;
        await FilingRow.ReplaceAsync(tx, report.Id, row.Version, state, null, "", []);
    }

    private static long? NumberOf(string? remoteId) =>
        long.TryParse(remoteId, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
