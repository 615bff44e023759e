using System.Net.Sockets;
using System.Security.Cryptography;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>One operation that a server is killed in, again and again, and what must be true of it afterwards.</summary>
internal abstract class SteppedOperation(StepTally tally)
{
    /// <summary>All that was sealed and must stay whole.</summary>
    private readonly Dictionary<Guid, byte[]> _kept = [];

    public abstract string Name { get; }

    /// <summary>Steps that it has in any case, beside the database's and the ledger's.</summary>
    public virtual string[] OwnSteps => [];

    protected StepTally Tally { get; } = tally;

    protected bool IsAcknowledged { get; private set; }

    /// <summary>A new thing that it is done to.</summary>
    public abstract Task PrepareAsync(StepServer server);

    /// <summary>Until it is done, everything followed and is signed; or the server is gone.</summary>
    public async Task RunAsync(StepServer server, Func<bool> isKilled)
    {
        IsAcknowledged = false;
        try
        {
            await AskAsync(server);
            IsAcknowledged = true;
            await FollowAsync(server);
            await server.SignedAsync();
        }
        catch (Exception e)
            when (e
                    is HttpRequestException { StatusCode: null }
                        or IOException
                        or OperationCanceledException
                        or SocketException
                && isKilled()
            )
        {
            // Not acknowledged, or what follows was cut off.
        }
    }

    /// <summary>What the killed server left.</summary>
    public abstract Task CheckCrashAsync(CrashState crash);

    /// <summary>By the next server; it goes on from there.</summary>
    public abstract Task CheckServedAsync(StepServer server);

    /// <summary>After all kills, in a server of this process.</summary>
    public virtual async Task CheckEndAsync(TestServer server)
    {
        foreach (var (id, bytes) in _kept)
        {
            var opened = await CrashState.OpenAsync(server.Kernel(), id);
            if (opened is null || !opened.AsSpan().SequenceEqual(bytes))
            {
                Tally.Lost($"content {id} at the end");
            }
        }
    }

    /// <summary>When it returns it is acknowledged.</summary>
    protected abstract Task AskAsync(StepServer server);

    protected virtual Task FollowAsync(StepServer server) => Task.CompletedTask;

    /// <summary>A file of three chunks.</summary>
    protected static byte[] NewFile() => RandomNumberGenerator.GetBytes(150_000);

    protected void Keep(Guid id, byte[] bytes) => _kept[id] = bytes;
}
