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
    public static Task<int> AddAsync(Tx tx, Guid reportId, FilingStep step)
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
                http_status, at, sent, answered)
            values (@tenant, @id, @reportId, @attempt, @number, @call, @outcome, @requestId, @code, @httpStatus,
                @now, @sent,
                @answered)
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
                sent = sent.IsEmpty ? null : ReportSecrets.Seal(tx, sent.Span, id, "sent"),
                answered = answer.Bytes.IsEmpty
                    ? null
                    : ReportSecrets.Seal(tx, answer.Bytes.Span, id, "answered"),
            }
        );
    }

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
                answered = ReportSecrets.Seal(
                    tx,
                    System.Text.Encoding.UTF8.GetBytes(ask.Word.Trim()),
                    id,
                    "answered"
                ),
            }
        );
    }
}
