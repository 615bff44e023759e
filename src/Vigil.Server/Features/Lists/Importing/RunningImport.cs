using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>An import of this process.</summary>
internal sealed class RunningImport
{
    private readonly CancellationTokenSource _stop = new();

    public RunningImport(Actor actor, Guid id, Guid listId, ImportOptions options)
    {
        (Actor, Id, ListId, Options) = (actor, id, listId, options);
        Stopping = _stop.Token;
        Stopping.Register(Body.Stop);
    }

    public Actor Actor { get; }
    public Guid Id { get; }
    public Guid ListId { get; }
    public ImportOptions Options { get; }
    public ImportBody Body { get; } = new();
    public ImportTally Tally { get; } = new();

    /// <summary>When its counts were written last, as a timestamp of the clock.</summary>
    public long SavedAt { get; set; }

    /// <summary>Somebody cancelled it; what was added stays.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>The key it was begun with is heard no more.</summary>
    public bool IsRevoked { get; private set; }

    /// <summary>Set when somebody cancels it, its key is revoked, the server ends, or the work is over.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The work, from its start on.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    public void Revoke()
    {
        IsRevoked = true;
        _stop.Cancel();
    }

    public void Cancel()
    {
        IsCancelled = true;
        _stop.Cancel();
    }

    /// <summary>The server ends, and the import is left as interrupted; or its work is over.</summary>
    public void Stop() => _stop.Cancel();
}
