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
        var answer = await AskAsync(
            actor,
            environment,
            client => client.StatusAsync(cancellation),
            cancellation
        );
        await db.ActAsync(
            actor,
            Manage,
            async tx =>
            {
                await FilingEnvironment.NoteAsync(tx, environment, answer.Class);
                await RecordAsync(tx, "reporting.credentials_checked", environment, answer);
                if (answer.Class == AnswerClass.Done)
                {
                    await Filings.GoOnAsync(tx, environment);
                    await tx.ClearAlarmAsync(EnvironmentStanding.Alarm, environment.ToString());
                }
                return true;
            },
            cancellation
        );
        return answer.Class;
    }

    /// <summary>Fetches the schema and keeps it sealed.</summary>
    /// <exception cref="ProblemException">None came, or it is none.</exception>
    public async Task<SchemaVersion> FetchSchemaAsync(
        Actor actor,
        ReportEnvironment environment,
        CancellationToken cancellation
    )
    {
        var answer = await AskAsync(
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
        await db.ActAsync(
            actor,
            Manage,
            async tx =>
            {
                await FilingEnvironment.KeepSchemaAsync(tx, environment, answer.Bytes);
                await RecordAsync(tx, "reporting.schema_fetched", environment, answer);
                return true;
            },
            cancellation
        );
        return version;
    }

    private async Task<ServiceAnswer> AskAsync(
        Actor actor,
        ReportEnvironment environment,
        Func<CyberTipClient, Task<ServiceAnswer>> ask,
        CancellationToken cancellation
    )
    {
        var settings = await db.ReadAsync(
            actor,
            Manage,
            async tx =>
                (
                    await FilingEnvironment.FindAsync(tx, environment)
                    ?? throw ProblemException.Conflict(
                        "no_credentials",
                        "Set address, user name and password of this environment first."
                    )
                ).OptionsOf(tx, options.Filing.CheckTimeout),
            cancellation
        );
        outbound.Check(settings.BaseAddress);
        using var invoker = outbound.NewInvoker();
        return await ask(new CyberTipClient(invoker, settings, time));
    }

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
