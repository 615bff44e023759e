using System.Globalization;
using System.Security.Cryptography;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>What else a filing's end, or its wait for a person, means; in the transaction of that step.</summary>
internal static class FilingEnd
{
    /// <summary>
    /// Over: the report's state, receipt and number, the clock of what is preserved, one row of the ledger. The caller
    /// has replaced the filing's state, which only one can.
    /// </summary>
    /// <param name="tx">Of the step.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="state">The last.</param>
    /// <param name="receipt">Byte for byte; empty: none came.</param>
    /// <param name="remoteId">Where it is no number of the CyberTipline; null: the state's.</param>
    /// <param name="attempt">Which was filed; null: the state's.</param>
    public static async Task EndAsync(
        Tx tx,
        Guid reportId,
        FilingState state,
        ReadOnlyMemory<byte> receipt,
        string? remoteId = null,
        int? attempt = null
    )
    {
        var to = state.Phase switch
        {
            FilingPhase.Filed => ReportState.Filed,
            FilingPhase.FiledReceiptLost => ReportState.FiledReceiptLost,
            FilingPhase.Rejected => ReportState.Rejected,
            _ => ReportState.Withdrawn,
        };
        var isFiled = to is ReportState.Filed or ReportState.FiledReceiptLost;
        remoteId ??= isFiled ? state.ReportId?.ToString(CultureInfo.InvariantCulture) : null;
        var report = (await ReportRow.LockAsync(tx, reportId))!;
        await MoveAsync(tx, reportId, to, ReportOwners.Of(to, report, isPackage: false, tx.Actor.Name));
        var filedAt = await FiledTime.OfAsync(tx, report);
        if (isFiled)
        {
            await KeepAsync(tx, reportId, remoteId, receipt, filedAt);
        }
        await ReportClocks.FinishAsync(tx, reportId.ToString(), isFiled ? filedAt : null);
        await FilingAlarms.ClearAsync(tx, reportId);
        await HearGivenUp.AtEndAsync(tx, reportId, isFiled, remoteId);
        if (to == ReportState.Withdrawn)
        {
            await tx.ClearAlarmAsync(FilingAlarms.HighPriority, reportId.ToString());
        }
        if (isFiled)
        {
            var filed = (await ReportRow.FindAsync(tx, reportId))!;
            await ReportRecords.FiledAsync(tx, filed, filedAt);
            await Filings.GoOnAfterAsync(tx, filed);
            if (state.IsWithdrawn || !await StandingDecision.StandsAsync(tx, filed))
            {
                await tx.RaiseAlarmAsync(FilingAlarms.FiledAllTheSame with { About = reportId.ToString() });
            }
        }
        var details = isFiled ? await FiledDetails.ReadAsync(tx, reportId, attempt ?? state.Attempt) : [];
        await tx.RecordAsync(
            ActOf(reportId, to, state, remoteId, receipt) with
            {
                Secret = SecretOf(details),
            }
        );
        await FiledDetails.RecordAsync(tx, reportId, details);
        if (!isFiled)
        {
            await ForgetCleared.OfEndedAsync(tx, reportId);
        }
    }

    /// <summary>It cannot go on by itself: the report's state says so, and who must act.</summary>
    public static async Task WaitAsync(Tx tx, ReportRow report, FilingState state, string why)
    {
        await MoveAsync(tx, report.Id, ReportState.NeedsHuman, ReportOwners.FilingOfficer);
        await tx.RecordAsync(
            new LedgerAct("report.needs_human", report.Id.ToString())
            {
                Facts = Facts(("why", why), ("attempt", $"{state.Attempt}")),
            }
        );
        // A destination of one call has credentials of its own: they stop nobody else.
        if (state.BlockedBy is { } blocked && FilingKinds.Of(report.Destination) == DeliveryKind.CyberTip)
        {
            await FilingEnvironment.NoteAsync(tx, report.Environment, blocked);
            await tx.RaiseAlarmAsync(
                new Alarm(
                    EnvironmentStanding.Alarm,
                    AlarmSeverity.Page,
                    blocked == AnswerClass.Credentials
                        ? "The service refuses the credentials of this environment: nothing of it is filed until "
                            + "an admin sets "
                            + "them right and checks them."
                        : "The address of this environment is wrong: nothing of it is filed until an admin sets "
                            + "it right and "
                            + "checks it."
                )
                {
                    About = report.Environment.ToString(),
                }
            );
        }
    }

    /// <summary>A person decided that it goes on.</summary>
    public static async Task GoOnAsync(Tx tx, Guid reportId)
    {
        await MoveAsync(tx, reportId, ReportState.Filing, ReportOwners.Delivery);
        await tx.ClearAlarmAsync(FilingAlarms.Waits, reportId.ToString());
    }

    /// <summary>By the moves that there are, from wherever the report stands; no move where it stands there.</summary>
    public static async Task MoveAsync(Tx tx, Guid reportId, ReportState to, string owner)
    {
        while (true)
        {
            var report =
                await ReportRow.LockAsync(tx, reportId)
                ?? throw new InvalidOperationException("The report is gone.");
            if (report.State == to)
            {
                return;
            }
            var next = ReportMoves.May(report.State, to)
                ? to
                : report.State switch
                {
                    ReportState.Draft => ReportState.Approved,
                    ReportState.Approved => ReportState.Filing,
                    _ => to,
                };
            await report.MoveAsync(tx, next, next == to ? owner : ReportOwners.Delivery);
        }
    }

    private static async Task KeepAsync(
        Tx tx,
        Guid reportId,
        string? remoteId,
        ReadOnlyMemory<byte> receipt,
        DateTimeOffset filedAt
    )
    {
        if (!receipt.IsEmpty)
        {
            await ReportDocuments.PutAsync(tx, reportId, ReportDocuments.Receipt, receipt.Span);
        }
        await tx.ExecuteAsync(
            """
            update report set remote_id = @remoteId, filed_at = @filedAt, receipt_sha256 = @sha256
            where tenant = @tenant and id = @reportId
            """,
            new
            {
                reportId,
                remoteId,
                filedAt,
                sha256 = receipt.IsEmpty ? null : SHA256.HashData(receipt.Span),
            }
        );
    }

    /// <summary>A receipt's digest is no secret: with it anybody can prove which bytes were received.</summary>
    private static LedgerAct ActOf(
        Guid reportId,
        ReportState to,
        FilingState state,
        string? remoteId,
        ReadOnlyMemory<byte> receipt
    ) =>
        new(
            to switch
            {
                ReportState.Filed or ReportState.FiledReceiptLost => "report.filed",
                ReportState.Rejected => "report.rejected",
                _ => "report.withdrawn",
            },
            reportId.ToString()
        )
        {
            Facts = Facts(
                ("state", to.ToString()),
                ("attempt", $"{state.Attempt}"),
                ("remoteId", remoteId ?? "none"),
                (
                    "receiptSha256",
                    receipt.IsEmpty ? "none" : Convert.ToHexStringLower(SHA256.HashData(receipt.Span))
                )
            ),
        };

    /// <summary>All digests of details in one; the events beside this one have each.</summary>
    private static string? SecretOf(IReadOnlyList<string> details) =>
        details.Count == 0 ? null : string.Join(',', details);

    private static Dictionary<string, string> Facts(params (string Name, string Value)[] facts) =>
        facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
}
