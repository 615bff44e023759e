using System.Text;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>
/// Each call with its number at the service and the very bytes of its answer: what is quoted to NCMEC.
/// </summary>
internal static class ExchangeLog
{
    private const string Said = "said";

    /// <summary>Characters of a service's words that are kept.</summary>
    private const int MaxSaid = 2000;

    /// <param name="tx">Of the step.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="step">With an answer; without one nothing is kept.</param>
    /// <param name="remoteId">Of a receipt for an attempt that was given up: the recipient's number.</param>
    public static Task<int> AddAsync(Tx tx, Guid reportId, FilingStep step, string? remoteId = null)
    {
        if (step.Answer is not { } answer)
        {
            return Task.FromResult(0);
        }
        var id = tx.NewId();
        // A submitted report is the approved document, which is kept.
        var sent = answer.Call == ServiceCall.Submit ? default : step.Sent;
        return tx.ExecuteAsync(
            """
            insert into filing_exchange (tenant, id, report_id, attempt, number, call, outcome, request_id, code,
                http_status, at, sent, answered, said, remote_id)
            values (@tenant, @id, @reportId, @attempt, @number, @call, @outcome, @requestId, @code, @httpStatus,
                @now, @sent, @answered, @said, @remoteId)
            """,
            new
            {
                id,
                reportId,
                attempt = step.Before.Attempt,
                number = step.Before.CallNumber,
                call = answer.Call.ToString(),
                outcome = answer.Class.ToString(),
                requestId = answer.RequestId,
                code = answer.Code,
                httpStatus = answer.HttpStatus,
                now = tx.Now,
                remoteId,
                sent = sent.IsEmpty ? null : ReportSecrets.Seal(tx, sent.Span, id, "sent"),
                answered = answer.Bytes.IsEmpty
                    ? null
                    : ReportSecrets.Seal(tx, answer.Bytes.Span, id, "answered"),
                said = SaidOf(answer) is { } text
                    ? ReportSecrets.Seal(tx, Encoding.UTF8.GetBytes(text), id, Said)
                    : null,
            }
        );
    }

    /// <summary>The service's own words for the newest call that was not done; null: there are none.</summary>
    public static async Task<string?> LastRefusalAsync(Tx tx, Guid reportId)
    {
        var row = await tx.FindAsync<SaidRow>(
            """
            select id, said from filing_exchange
            where tenant = @tenant and report_id = @reportId and outcome <> 'Done' and said is not null
            order by number desc, at desc limit 1
            """,
            new { reportId }
        );
        return row is null ? null : OpenSaid(tx, row.Id, row.Said);
    }

    public static string? OpenSaid(Tx tx, Guid id, byte[]? said) =>
        said is null ? null : Encoding.UTF8.GetString(ReportSecrets.Open(tx, said, id, Said));

    private static string? SaidOf(ServiceAnswer answer) =>
        answer.Description?.Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, MaxSaid)] : null;

    /// <summary>What the recipient said to a person, beside what it said to the program.</summary>
    public static Task<int> AddWordAsync(Tx tx, Guid reportId, FilingState state, FilingAsk ask)
    {
        if (string.IsNullOrWhiteSpace(ask.Word))
        {
            return Task.FromResult(0);
        }
        var id = tx.NewId();
        return tx.ExecuteAsync(
            """
            insert into filing_exchange (tenant, id, report_id, attempt, number, call, outcome, at, answered)
            values (@tenant, @id, @reportId, @attempt, @number, 'Word', @outcome, @now, @answered)
            """,
            new
            {
                id,
                reportId,
                attempt = state.Attempt,
                number = state.CallNumber,
                outcome = ask.Choice.ToString(),
                now = tx.Now,
                answered = ReportSecrets.Seal(tx, Encoding.UTF8.GetBytes(ask.Word.Trim()), id, "answered"),
            }
        );
    }

    /// <summary>
    /// Who was reported is cleared, and nothing was filed: that there were calls, and how they ended, stays.
    /// </summary>
    public static Task<int> ForgetBytesAsync(Tx tx, Guid reportId) =>
        tx.ExecuteAsync(
            """
            update filing_exchange set sent = null, answered = null, said = null
            where tenant = @tenant and report_id = @reportId
            """,
            new { reportId }
        );

    private sealed class SaidRow
    {
        public Guid Id { get; init; }
        public byte[]? Said { get; init; }
    }
}
