using System.Globalization;
using System.Text;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>Where reports of one environment go, and with which credentials. The credentials are never shown.</summary>
internal sealed class FilingEnvironment
{
    /// <summary>Checked and works.</summary>
    public const string Works = "Done";

    private const int MaxCredentialCharacters = 200;

    private const string Columns = """
        environment, address, user_name, password, set_at, set_by, checked_at, checked_by, outcome, schema_at,
        schema_by, address_at
        """;

    public ReportEnvironment Environment { get; init; }
    public string Address { get; init; } = "";
    public byte[] UserName { get; init; } = [];
    public byte[] Password { get; init; } = [];
    public DateTimeOffset SetAt { get; init; }

    /// <summary>Since when it has this address: what was accepted at another says nothing of it.</summary>
    public DateTimeOffset AddressAt { get; init; }
    public string SetBy { get; init; } = "";
    public DateTimeOffset? CheckedAt { get; init; }
    public string? CheckedBy { get; init; }

    /// <summary>
    /// What the last call said of address and credentials, as an <see cref="AnswerClass"/>; empty: not asked yet.
    /// </summary>
    public string Outcome { get; init; } = "";
    public DateTimeOffset? SchemaAt { get; init; }
    public string? SchemaBy { get; init; }

    public bool IsChecked => Outcome == Works;

    public static Task<FilingEnvironment?> FindAsync(Tx tx, ReportEnvironment environment) =>
        FindAsync(tx, environment, "");

    /// <summary>
    /// Whether an environment was set or checked anew since <paramref name="checkedAt"/> and nothing refused it since:
    /// what an older call was answered says nothing about it. Nobody sets it while this transaction lasts.
    /// </summary>
    public static async Task<bool> IsNewerAsync(
        Tx tx,
        ReportEnvironment environment,
        DateTimeOffset? checkedAt
    ) =>
        await FindAsync(tx, environment, tx.ForUpdate) is { } found
        && found.CheckedAt != checkedAt
        && found.Outcome is "" or Works;

    private static Task<FilingEnvironment?> FindAsync(Tx tx, ReportEnvironment environment, string locking) =>
        tx.FindAsync<FilingEnvironment>(
            $"""
            select {Columns} from filing_environment
            where tenant = @tenant and environment = @environment{locking}
            """,
            new { environment = environment.ToString() }
        );

    /// <summary>Sets address and credentials; both must be checked anew.</summary>
    /// <exception cref="ProblemException">They are none, or are the other environment's.</exception>
    public static async Task SetAsync(
        Tx tx,
        ReportEnvironment environment,
        string? address,
        string? userName,
        string? password
    )
    {
        var checkedAddress = FilingAddress.Check(
            environment,
            address ?? $"{FilingAddress.DefaultOf(environment)}"
        );
        var (name, word) = (CheckedWord(userName, "userName"), CheckedWord(password, "password"));
        if (name.Contains(':'))
        {
            throw ProblemException.BadRequest("bad_userName", "A user name has no colon.");
        }
        await RefuseTheOthersAsync(tx, environment, checkedAddress, name, word);
        var before = await FindAsync(tx, environment, tx.ForUpdate);
        await tx.ExecuteAsync(
            """
            insert into filing_environment (tenant, environment, address, user_name, password, set_at, set_by, outcome,
                address_at)
            values (@tenant, @environment, @address, @userName, @password, @now, @by, '', @now)
            on conflict (tenant, environment) do update set address = excluded.address, user_name = excluded.user_name,
                password = excluded.password, set_at = excluded.set_at, set_by = excluded.set_by, outcome = '',
                checked_at = null, checked_by = null,
                address_at = case when filing_environment.address = excluded.address
                    then filing_environment.address_at else excluded.address_at end,
                schema = case when filing_environment.address = excluded.address then filing_environment.schema end,
                schema_at = case when filing_environment.address = excluded.address
                    then filing_environment.schema_at end,
                schema_by = case when filing_environment.address = excluded.address
                    then filing_environment.schema_by end
            """,
            new
            {
                environment = environment.ToString(),
                address = checkedAddress.AbsoluteUri,
                userName = Seal(tx, environment, "user", name),
                password = Seal(tx, environment, "password", word),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        var openAgain = await OpenAgainAsync(tx, environment, before, checkedAddress);
        await tx.RecordAsync(
            new LedgerAct("reporting.credentials_set", environment.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["host"] = checkedAddress.Authority,
                    ["clocksOpenAgain"] = openAgain.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
    }

    /// <summary>
    /// What was said of the credentials of <paramref name="setAt"/>. False: others are set since, so it says nothing.
    /// No answer is no reason to stop what works.
    /// </summary>
    public static async Task<bool> NoteCheckAsync(
        Tx tx,
        ReportEnvironment environment,
        DateTimeOffset setAt,
        AnswerClass outcome
    )
    {
        if (await FindAsync(tx, environment, tx.ForUpdate) is not { } found || found.SetAt != setAt)
        {
            return false;
        }
        var isNoAnswer = outcome is not (AnswerClass.Done or AnswerClass.Credentials or AnswerClass.Operator);
        if (!(isNoAnswer && found.IsChecked))
        {
            await NoteAsync(tx, environment, outcome);
        }
        return true;
    }

    /// <summary>What a call said of address and credentials: what is refused stops all of this environment.</summary>
    public static Task<int> NoteAsync(Tx tx, ReportEnvironment environment, AnswerClass outcome) =>
        tx.ExecuteAsync(
            """
            update filing_environment set outcome = @outcome, checked_at = @now, checked_by = @by
            where tenant = @tenant and environment = @environment
            """,
            new
            {
                environment = environment.ToString(),
                outcome = outcome.ToString(),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );

    /// <summary>False: it has another address since.</summary>
    public static async Task<bool> KeepSchemaAsync(
        Tx tx,
        ReportEnvironment environment,
        DateTimeOffset addressAt,
        ReadOnlyMemory<byte> xsd
    ) =>
        await tx.ExecuteAsync(
            """
            update filing_environment set schema = @schema, schema_at = @now, schema_by = @by
            where tenant = @tenant and environment = @environment and address_at = @addressAt
            """,
            new
            {
                environment = environment.ToString(),
                addressAt,
                schema = tx.Secrets.Sealer("report").Seal(xsd.Span, Place(environment, "schema")),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        ) == 1;

    /// <summary>The fetched schema; null: it was not fetched. It is NCMEC's and stays here.</summary>
    public static async Task<byte[]?> SchemaAsync(Tx tx, ReportEnvironment environment) =>
        await tx.FindAsync<byte[]>(
            "select schema from filing_environment where tenant = @tenant and environment = @environment",
            new { environment = environment.ToString() }
        )
            is { } schema
            ? tx.Secrets.Sealer("report").Open(schema, Place(environment, "schema"))
            : null;

    /// <summary>The address of now, where it was that of then too; null: it was another, or is not known.</summary>
    public static async Task<string?> AddressAtAsync(
        Tx tx,
        ReportEnvironment environment,
        DateTimeOffset then
    ) => await FindAsync(tx, environment) is { } found && found.AddressAt <= then ? found.Address : null;

    /// <summary>For calls of this environment alone.</summary>
    /// <exception cref="ProblemException">
    /// The address is another environment's, or an earlier version took one that is neither NCMEC's nor a simulator's.
    /// </exception>
    public CyberTipOptions OptionsOf(Tx tx, TimeSpan timeout)
    {
        var address = new Uri(Address);
        return FilingAddress.BelongsTo(Environment, address)
            ? new CyberTipOptions
            {
                BaseAddress = address,
                UserName = Open(tx, "user", UserName),
                Password = Open(tx, "password", Password),
                Timeout = timeout,
            }
            : throw ProblemException.Conflict("wrong_address", FilingAddress.WhyNot(Environment, address)!);
    }

    /// <summary>What was reported to an address of before that is not the service's own was not reported.</summary>
    private static async Task<int> OpenAgainAsync(
        Tx tx,
        ReportEnvironment environment,
        FilingEnvironment? before,
        Uri address
    ) =>
        environment == ReportEnvironment.Production
        && before is not null
        && before.Address != address.AbsoluteUri
        && !FilingAddress.IsServices(environment, before.Address)
            ? await DueClock.OpenAgainAsync(tx, before.AddressAt)
            : 0;

    private static async Task RefuseTheOthersAsync(
        Tx tx,
        ReportEnvironment environment,
        Uri address,
        string userName,
        string password
    )
    {
        var other =
            environment == ReportEnvironment.Test ? ReportEnvironment.Production : ReportEnvironment.Test;
        if (await FindAsync(tx, other) is { } theirs)
        {
            OtherEnvironment.RefuseAddress(address, theirs.Address);
            OtherEnvironment.RefuseLogin(
                (userName, password),
                (theirs.Open(tx, "user", theirs.UserName), theirs.Open(tx, "password", theirs.Password))
            );
        }
    }

    private static string CheckedWord(string? word, string member) =>
        word is { Length: > 0 and <= MaxCredentialCharacters } && !word.Any(char.IsControl)
            ? word
            : throw ProblemException.BadRequest(
                $"bad_{member}",
                $"'{member}' has 1 to {MaxCredentialCharacters} characters, no control characters."
            );

    private static byte[] Seal(Tx tx, ReportEnvironment environment, string what, string word) =>
        tx.Secrets.Sealer("report").Seal(Encoding.UTF8.GetBytes(word), Place(environment, what));

    private string Open(Tx tx, string what, byte[] value) =>
        Encoding.UTF8.GetString(tx.Secrets.Sealer("report").Open(value, Place(Environment, what)));

    /// <summary>Bound to the environment: a row that is copied into the other's does not open.</summary>
    private static byte[] Place(ReportEnvironment environment, string what) =>
        Encoding.UTF8.GetBytes($"environment\n{environment}\n{what}");

    public override string ToString() => $"{Environment} at {Address}";
}
