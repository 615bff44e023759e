using Vigil.CyberTip;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>Asks an environment whether it takes our credentials, and for its schema.</summary>
internal sealed class CallEnvironment(Db db, Outbound outbound, ServerOptions options, TimeProvider time)
{
    private const Permission Manage = Permission.SettingsWrite;

    /// <summary>What `/status` says. What was stopped by refused credentials goes on when they are taken.</summary>
    public async Task<AnswerClass> CheckAsync(
        Actor actor,
        ReportEnvironment environment,
        CancellationToken cancellation
    )
    {
        var (asked, answer) = await AskAsync(
            actor,
            environment,
            client => client.StatusAsync(cancellation),
            cancellation
        );
        var isOfThese = await db.ActAsync(
            actor,
            Manage,
            async tx =>
            {
                await RecordAsync(tx, "reporting.credentials_checked", environment, answer);
                if (!await FilingEnvironment.NoteCheckAsync(tx, environment, asked.SetAt, answer.Class))
                {
                    return false;
                }
                if (answer.Class == AnswerClass.Done)
                {
                    await Filings.GoOnAsync(tx, environment);
                    await tx.ClearAlarmAsync(EnvironmentStanding.Alarm, environment.ToString());
                }
                return true;
            },
            cancellation
        );
        return isOfThese ? answer.Class : throw ChangedMeanwhile();
    }

    /// <summary>Fetches the schema and keeps it sealed.</summary>
    /// <exception cref="ProblemException">None came, or it is none.</exception>
    public async Task<SchemaVersion> FetchSchemaAsync(
        Actor actor,
        ReportEnvironment environment,
        CancellationToken cancellation
    )
    {
        var (asked, answer) = await AskAsync(
            actor,
            environment,
            client => client.XsdAsync(cancellation),
            cancellation
        );
        if (answer.Class != AnswerClass.Done)
        {
            throw ProblemException.Conflict(
                "no_schema",
                $"The service gave no schema ({Words.Of(answer.Class)}): check the credentials, then try again."
            );
        }
        var version = VersionOf(answer.Bytes);
        var isOfThis = await db.ActAsync(
            actor,
            Manage,
            async tx =>
            {
                await RecordAsync(tx, "reporting.schema_fetched", environment, answer);
                return await FilingEnvironment.KeepSchemaAsync(tx, environment, asked.AddressAt, answer.Bytes);
            },
            cancellation
        );
        return isOfThis ? version : throw ChangedMeanwhile();
    }

    /// <summary>Asks with the credentials that are set; that they are used stands in the ledger first.</summary>
    private async Task<(FilingEnvironment Asked, ServiceAnswer Answer)> AskAsync(
        Actor actor,
        ReportEnvironment environment,
        Func<CyberTipClient, Task<ServiceAnswer>> ask,
        CancellationToken cancellation
    )
    {
        var (asked, settings) = await db.ActAsync(
            actor,
            Manage,
            async tx =>
            {
                var found =
                    await FilingEnvironment.FindAsync(tx, environment)
                    ?? throw ProblemException.Conflict(
                        "no_credentials",
                        "Set address, user name and password of this environment first."
                    );
                var settings = found.OptionsOf(tx, options.Filing.CheckTimeout);
                outbound.Check(settings.BaseAddress);
                await tx.RecordAsync(new LedgerAct("reporting.environment_asked", environment.ToString()));
                return (found, settings);
            },
            cancellation
        );
        using var invoker = outbound.NewInvoker();
        return (asked, await ask(new CyberTipClient(invoker, settings, time)));
    }

    private static ProblemException ChangedMeanwhile() =>
        ProblemException.Conflict(
            "changed_meanwhile",
            "The environment was set anew while its service was asked, so the answer says nothing of it: ask again."
        );

    private static SchemaVersion VersionOf(ReadOnlyMemory<byte> xsd)
    {
        try
        {
            return OfficialSchema.Parse(xsd).Version;
        }
        catch (FormatException)
        {
            throw ProblemException.Conflict(
                "no_schema",
                "What the service sent is not its schema: check the address, then try again."
            );
        }
    }

    private static Task RecordAsync(
        Tx tx,
        string action,
        ReportEnvironment environment,
        ServiceAnswer answer
    ) =>
        tx.RecordAsync(
            new LedgerAct(action, environment.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["outcome"] = answer.Class.ToString(),
                    ["requestId"] = answer.RequestId ?? "none",
                },
            }
        );
}
