using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>
/// Who may have what scanned, before a byte of it is read: the rate of the key, the law of the place, the rate
/// of the account.
/// </summary>
internal sealed class Admission(
    JurisdictionGate gate,
    KeyLimits keys,
    AccountLimits accounts,
    Numbers.ScanNumbers numbers,
    ServerOptions options
)
{
    /// <summary>
    /// The tenant's rules. From here on every problem of this request says what holds for content that could
    /// not be looked up.
    /// </summary>
    public async Task<ScanRules> BeginAsync(HttpContext context)
    {
        var said = context.Request.Query["onFailure"].ToString();
        SayFailMode(context, said == "open" ? Deciding.FailMode.Open : Deciding.FailMode.Closed);
        var rules = await gate.RulesAsync(context.Actor().Tenant, context.RequestAborted);
        SayFailMode(
            context,
            said is "open" or "closed"
                ? ScanMetadata.ParseFailMode(said, rules)
                : ScanMetadata.ParseFailMode(null, rules)
        );
        return rules;
    }

    /// <exception cref="ProblemException">Too many scans of this key.</exception>
    public void TakeOfKey(HttpContext context, int scans) => keys.Take(context.Actor(), scans);

    public ScanMetadata Parse(HttpContext context, Func<string, string?> find, ScanRules rules)
    {
        SayFailMode(context, ScanMetadata.ParseFailMode(find("onFailure"), rules));
        return ScanMetadata.Parse(find, rules, options.Scan);
    }

    /// <summary>Null: it is let in. Otherwise the answer: it was not scanned.</summary>
    /// <exception cref="ProblemException">Too many scans of this account.</exception>
    public ScanAnswer? Refuse(Actor actor, ScanMetadata metadata, ScanRules rules)
    {
        if (gate.Refuses(rules, metadata.Surface, metadata.Jurisdiction) is { } code)
        {
            var id = Guid.CreateVersion7(options.Time.GetUtcNow());
            var answer = ScanAnswer.NotDone(id, code, metadata.FailMode);
            numbers.Count(actor.Tenant, metadata.Surface, answer, TimeSpan.Zero);
            return answer;
        }
        accounts.Take(actor.Tenant, metadata.Account);
        return null;
    }

    private static void SayFailMode(HttpContext context, Deciding.FailMode mode) =>
        context.Features.Set(
            new ProblemFacts(
                new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["onFailure"] = ScanAnswer.NameOf(mode),
                    ["action"] = ScanAnswer.ActionOf(mode),
                }
            )
        );
}
