using System.Data.Common;
using Dapper;
using Vigil.Trust.Data;

namespace Vigil.Trust;

/// <summary>
/// One transaction of one tenant. Every statement names <c>@tenant</c>, which is always the actor's own: a
/// statement without it is refused.
/// </summary>
public sealed class Tx
{
    private readonly KernelServices _kernel;
    private readonly Engine _engine;
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly bool _isSystem;
    private readonly CancellationToken _cancellation;
    private readonly List<Action> _afterCommit;

    internal Tx(
        KernelServices kernel,
        Engine engine,
        DbConnection connection,
        DbTransaction transaction,
        Actor actor,
        bool isSystem,
        CancellationToken cancellation,
        List<Action>? afterCommit = null
    )
    {
        _afterCommit = afterCommit ?? [];
        _kernel = kernel;
        _engine = engine;
        _connection = connection;
        _transaction = transaction;
        _isSystem = isSystem;
        _cancellation = cancellation;
        Actor = actor;
        Now = DateTimeOffset.FromUnixTimeMilliseconds(kernel.Time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    public Actor Actor { get; }

    public TenantId Tenant => Actor.Tenant;

    /// <summary>Of who began this transaction: for work in it that is not the database's.</summary>
    public CancellationToken Cancellation => _cancellation;

    /// <summary>One time for all that this transaction writes, to the millisecond.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Ends a select whose rows this transaction is about to change.</summary>
    public string ForUpdate => _engine.ForUpdate;

    /// <summary>As <see cref="ForUpdate"/>, passing over rows that another transaction holds.</summary>
    public string ForUpdateSkipLocked => _engine.ForUpdateSkipLocked;

    /// <summary>The tenant's secrets.</summary>
    public TenantSecrets Secrets => _kernel.Vault.Of(Tenant);

    internal int Recorded { get; private set; }

    /// <summary>An earlier answer is given again: the act was recorded with it.</summary>
    internal void Repeats() => Recorded++;

    internal KernelServices Kernel => _kernel;

    /// <summary>Ids that sort by time (UUIDv7).</summary>
    public Guid NewId() => _kernel.NewId();

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values = null) =>
        (await _connection.QueryAsync<T>(Command(sql, values))).AsList();

    /// <summary>Rows as they come, for results that do not fit in memory at once.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(string sql, object? values = null) =>
        _connection.QueryUnbufferedAsync<T>(Checked(sql), Parameters(values), _transaction);

    public Task<T?> FindAsync<T>(string sql, object? values = null) =>
        _connection.QuerySingleOrDefaultAsync<T>(Command(sql, values));

    /// <summary>Rows changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? values = null) =>
        _connection.ExecuteAsync(Command(sql, values));

    /// <summary>The statement once for each row, prepared once.</summary>
    public async Task<int> ExecuteManyAsync<T>(string sql, IEnumerable<T> rows, Action<Row, T> bind)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(bind);
        await using var command = _connection.CreateCommand();
        command.CommandText = Checked(sql);
        command.Transaction = _transaction;
        var row = new Row(command);
        row.Set("tenant", Tenant.Value);
        var (changed, isPrepared) = (0, false);
        foreach (var item in rows)
        {
            bind(row, item);
            if (!isPrepared)
            {
                await command.PrepareAsync(_cancellation);
                isPrepared = true;
            }
            changed += await command.ExecuteNonQueryAsync(_cancellation);
        }
        return changed;
    }

    /// <summary>Writes one act of the actor to the ledger, in this transaction.</summary>
    public Task RecordAsync(LedgerAct act) => NumberAsync(act);

    /// <summary>As <see cref="RecordAsync"/>; the act's number, by which it is proved.</summary>
    public async Task<long> NumberAsync(LedgerAct act)
    {
        var seq = await LedgerWriter.WriteAsync(this, act);
        Recorded++;
        return seq;
    }

    /// <summary>Hands an event to the features that react to it, in this transaction.</summary>
    public Task RaiseAsync<TEvent>(TEvent happened)
        where TEvent : notnull => _kernel.Reactions.RaiseAsync(this, happened);

    /// <summary>A feature of this profile answers such a question.</summary>
    public bool IsAnswered<TQuestion>() => _kernel.Reactions.IsAnswered<TQuestion>();

    /// <summary>Asks the one feature that answers this, in this transaction.</summary>
    public Task<TAnswer> AskAsync<TQuestion, TAnswer>(TQuestion question)
        where TQuestion : notnull => _kernel.Reactions.AskAsync<TQuestion, TAnswer>(this, question);

    /// <summary>
    /// Whether the actor's need to know covers this case: who works inside fences needs a grant that is in force
    /// now (<see cref="CaseGrants"/>); everybody else sees what their permissions open. Ask it wherever a case, or
    /// anything of it, is read; answer as for a case that is not there.
    /// </summary>
    /// <param name="caseRef">As "VC-7K3Q-M2ZD-9F".</param>
    public async Task<bool> MaySeeCaseAsync(string caseRef) =>
        Actor.Fence is null || await CaseGrants.IsGrantedAsync(this, caseRef);

    /// <summary>References of the cases that the actor may see; null: all.</summary>
    public async Task<IReadOnlySet<string>?> VisibleCasesAsync() =>
        Actor.Fence is { } fence ? await CaseGrants.GrantedAsync(this, fence) : null;

    /// <summary>
    /// The same as a condition of a statement, for queues, lists and counts: before their limit, so that what others
    /// may see hides nothing from who works inside fences.
    /// </summary>
    /// <param name="column">That holds the reference, as "f.ref".</param>
    public string SeesCase(string column) => Actor.Fence is null ? "1 = 1" : CaseGrants.IsGranted(column);

    /// <summary>Runs when, and only when, the transaction is committed; must not fail.</summary>
    public void OnCommitted(Action action) => _afterCommit.Add(action);

    /// <summary>The same transaction, by the same actor, in another tenant; the kernel's own acts only.</summary>
    internal Tx In(TenantId tenant) =>
        new(
            _kernel,
            _engine,
            _connection,
            _transaction,
            new Actor(tenant, Actor.Kind, Actor.Name, Actor.Permissions) { Fence = Actor.Fence },
            _isSystem,
            _cancellation,
            _afterCommit
        );

    internal void AfterCommit() => _afterCommit.ForEach(action => action());

    private CommandDefinition Command(string sql, object? values) =>
        new(Checked(sql), Parameters(values), _transaction, cancellationToken: _cancellation);

    private string Checked(string sql) =>
        _isSystem || sql.Contains("@tenant", StringComparison.Ordinal)
            ? sql
            : throw new InvalidOperationException("Every statement names @tenant.");

    private DynamicParameters Parameters(object? values)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("tenant", Tenant.Value);
        // Of SeesCase; where a statement has none, both databases pass over them.
        if (Actor.Fence is { } fence)
        {
            parameters.Add(CaseGrants.FenceNow, Now);
            parameters.Add(CaseGrants.FencePerson, fence.PersonId);
            parameters.Add(CaseGrants.FenceVendor, fence.Vendor ?? "");
        }
        return parameters;
    }
}

/// <summary>The parameters of a statement that is run for many rows.</summary>
public sealed class Row
{
    private readonly DbCommand _command;
    private readonly Dictionary<string, DbParameter> _known = new(StringComparer.Ordinal);

    internal Row(DbCommand command) => _command = command;

    /// <summary>Text, numbers, bytes, <see cref="Guid"/>, times, booleans or null.</summary>
    public void Set(string name, object? value)
    {
        if (!_known.TryGetValue(name, out var parameter))
        {
            parameter = _command.CreateParameter();
            parameter.ParameterName = name;
            _command.Parameters.Add(parameter);
            _known.Add(name, parameter);
        }
        parameter.Value = value switch
        {
            null => DBNull.Value,
            DateTimeOffset time => time.ToUnixTimeMilliseconds(),
            Enum named => named.ToString(),
            _ => value,
        };
    }
}
