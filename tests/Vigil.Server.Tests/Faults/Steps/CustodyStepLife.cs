using System.Globalization;
using Vigil.Evidence;
using Vigil.FaultProbe;
using Vigil.Files;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>One content, what a process that was killed acknowledged of it, and what is there afterwards.</summary>
internal sealed class CustodyStepLife(
    StepPlan plan,
    string data,
    TestDatabase database,
    long start,
    int number
)
{
    private readonly Dictionary<string, string> _acknowledged = new(StringComparer.Ordinal);
    private Guid _id;
    private long _sealedAt;
    private TrustKernel _kernel = null!;

    /// <summary>After which it was killed.</summary>
    public string Step { get; set; } = "";

    public string Errors { get; set; } = "";

    public int ExitCode { get; set; }

    /// <summary>What was answered instead of an acknowledgement.</summary>
    public string Refusal =>
        _acknowledged.GetValueOrDefault("refused") ?? _acknowledged.GetValueOrDefault("failed", "");

    public bool IsSettled => _acknowledged.ContainsKey("settled");

    private string Objects => Path.Combine(data, "locker", "default", "objects");

    private string Backup => Path.Combine(data, "..", $"backup-{number}");

    public string[] Arguments(string operation) =>
        [
            "custody-step",
            data,
            database.Source,
            start.ToString(CultureInfo.InvariantCulture),
            operation,
            number.ToString(CultureInfo.InvariantCulture),
            _id.ToString(),
            _sealedAt.ToString(CultureInfo.InvariantCulture),
        ];

    public void Note(string line)
    {
        var words = line.Split(' ', 2);
        _acknowledged[words[0]] = words.Length > 1 ? words[1] : "";
    }

    public async Task OpenAsync(Func<TrustKernel, Task> work)
    {
        using var kernel = await CustodyLife.OpenAsync(data, database.Source, start);
        await using var signing = new LedgerSigning(kernel);
        _kernel = kernel;
        await work(kernel);
        await CustodyStep.SignedAsync(kernel);
    }

    /// <summary>The content, and a backup of its object.</summary>
    public async Task PrepareAsync(bool isSealed)
    {
        if (!isSealed)
        {
            return;
        }
        await OpenAsync(async kernel => _id = await CustodyStep.SealAsync(kernel, number));
        _sealedAt = TimeProvider.System.GetTimestamp();
        foreach (var file in FilesOf(_id))
        {
            var copy = Path.Combine(Backup, "objects", Path.GetRelativePath(Objects, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public async Task CheckSealAsync()
    {
        var states = await StatesAsync();
        if (_acknowledged.TryGetValue("sealed", out var text))
        {
            _id = Guid.Parse(text);
            Note(states.GetValueOrDefault(_id) != "Sealed", plan.Lost, "the content");
        }
        foreach (var id in states.Where(row => row.Value == "Sealed").Select(row => row.Key))
        {
            Note(!await IsWholeAsync(id), plan.Half, $"content {id}");
        }
        // Brought again it is the same, or new, and whole.
        var again = await CustodyStep.SealAsync(_kernel, number);
        Note(_id != Guid.Empty && again != _id, plan.Lost, "brought again it is another");
        Note(!await IsWholeAsync(again), plan.Stuck, "brought again it is not whole");
        Note(!await EventuallyAsync(HasNoRemainsAsync), plan.Stuck, "what was cut off stays in the locker");
    }

    public async Task CheckHoldAsync()
    {
        var holds = await HoldsAsync();
        Note(_acknowledged.ContainsKey("held") && holds.Count != 1, plan.Lost, "the hold");
        if (holds.Count == 0)
        {
            await CustodyStep.HoldAsync(_kernel, _id);
            holds = await HoldsAsync();
        }
        Note(holds.Count == 0, plan.Stuck, "no hold can be placed");
        await UntilDueAsync();
        await SweepAsync();
        Note(!await IsWholeAsync(_id), plan.Lost, "what is held was destroyed");
        foreach (var hold in holds)
        {
            await _kernel.Db.ActAsync(
                CustodyLife.Custodian,
                Permission.HoldManage,
                async tx =>
                {
                    await Holds.LiftAsync(tx, hold, "A test.");
                    return true;
                }
            );
        }
    }

    /// <param name="signed">Entries of the ledger when the process was gone.</param>
    public async Task CheckDestroyAsync(long signed)
    {
        var isThere = FilesOf(_id).Count() == 2;
        var state = (await StatesAsync())[_id];
        Note(
            _acknowledged.GetValueOrDefault("destroyed") == "1" && (state != "Destroyed" || isThere),
            plan.Lost,
            "the end"
        );
        if (state == "Sealed")
        {
            Note(!await IsWholeAsync(_id), plan.Half, "not destroyed, and not whole");
        }
        else
        {
            Note(await IsReadableAsync(), plan.Half, $"{state}, and readable");
        }
        var decided = (await AboutAsync(_id)).FirstOrDefault(entry => entry.Action == "content.destroying");
        Note(!isThere && !(decided?.Position < signed), plan.Half, "gone before the ledger says so");
        await UntilDueAsync();
        Note(!await EventuallyAsync(IsGoneAsync), plan.Stuck, "the destruction is not finished");
        Note(!await EventuallyAsync(IsGoneFromBackupsAsync), plan.Stuck, "a backup of the object opens");
    }

    private async Task<bool> HasNoRemainsAsync()
    {
        await SweepAsync();
        var rows = (await StatesAsync())
            .Where(row => row.Value == "Sealed")
            .Select(row => row.Key.ToString("n"))
            .ToHashSet();
        return Files().All(file => rows.Contains(Path.GetFileNameWithoutExtension(file)));
    }

    private async Task<bool> IsGoneAsync()
    {
        await SweepAsync();
        return (await StatesAsync())[_id] == "Destroyed" && !FilesOf(_id).Any();
    }

    /// <summary>With today's keys.</summary>
    private async Task<bool> IsGoneFromBackupsAsync()
    {
        await SweepAsync();
        using var keys = KeyRing.OpenOrCreate(Path.Combine(data, "keys", "locker"));
        using var locker = Locker.Open(Path.Combine(Backup, "objects"), keys, KeyRing.DefaultTenant);
        try
        {
            locker.Get(_id.ToString("n")).Dispose();
            return false;
        }
        catch (KeyRingException)
        {
            return true;
        }
    }

    private async Task<bool> IsWholeAsync(Guid id)
    {
        try
        {
            var bytes = await CustodyLife.ReadAsync(_kernel, id);
            var of = BitConverter.ToInt32(bytes.AsSpan(0, sizeof(int)));
            return (of == number || id != _id) && bytes.AsSpan().SequenceEqual(CustodyLife.BytesOf(of));
        }
        catch (Exception e) when (e is ContentException or IOException)
        {
            return false;
        }
    }

    private async Task<bool> IsReadableAsync()
    {
        try
        {
            await CustodyLife.ReadAsync(_kernel, _id);
            return true;
        }
        catch (ContentException e) when (e.Problem == ContentProblem.Destroyed)
        {
            return false;
        }
    }

    private Task SweepAsync() => _kernel.Retention.SweepAsync(TenantId.Default);

    private async Task UntilDueAsync()
    {
        while (TimeProvider.System.GetElapsedTime(_sealedAt) < CustodyStep.UntilDue)
        {
            await Task.Delay(10);
        }
    }

    /// <summary>All of the locker's objects, and what is temporary.</summary>
    public IEnumerable<string> Files() =>
        Directory
            .EnumerateFiles(Objects, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal));

    public Task<IReadOnlyList<string>> AlarmsAsync() =>
        _kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.QueryAsync<string>("select code from alert where tenant = @tenant and state <> 'Closed'")
        );

    private IEnumerable<string> FilesOf(Guid id) =>
        Directory.EnumerateFiles(Objects, $"{id:n}.*", SearchOption.AllDirectories);

    private Task<IReadOnlyList<LedgerEntry>> AboutAsync(Guid id) =>
        _kernel.Db.SystemAsync("test", isWrite: false, tx => LedgerReader.AboutAsync(tx, id.ToString()));

    private Task<IReadOnlyList<Guid>> HoldsAsync() =>
        _kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx =>
                tx.QueryAsync<Guid>(
                    """
                    select id from content_hold
                    where tenant = @tenant and content_id = @id and kind = 'Legal' and lifted_at is null
                    """,
                    new { id = _id }
                )
        );

    /// <summary>Of those that are not gone, and of this one.</summary>
    private Task<Dictionary<Guid, string>> StatesAsync() =>
        _kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            async tx =>
                (
                    await tx.QueryAsync<(Guid Id, string State)>(
                        "select id, state from content where tenant = @tenant and (state <> 'Destroyed' or id = @id)",
                        new { id = _id }
                    )
                ).ToDictionary(row => row.Id, row => row.State)
        );

    private static async Task<bool> EventuallyAsync(Func<Task<bool>> isSo)
    {
        try
        {
            await TestServer.EventuallyAsync(async () => await isSo() ? "so" : null, "", deadlineSeconds: 60);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Note(bool isWrong, Action<string> count, string what)
    {
        if (isWrong)
        {
            count($"{what}: {Step}");
        }
    }
}
