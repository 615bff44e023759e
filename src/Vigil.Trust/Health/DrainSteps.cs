namespace Vigil.Trust;

/// <summary>
/// What a feature still does before the server ends, after the last request: flush a queue, deliver what waits.
/// Nothing durable rests on it: the process may be killed instead.
/// </summary>
public sealed class DrainSteps
{
    private readonly List<(string Name, Func<CancellationToken, Task> Run)> _steps = [];

    /// <param name="name">As "outbox".</param>
    /// <param name="run">Ends early, without throwing, when the token is cancelled.</param>
    public void Add(string name, Func<CancellationToken, Task> run) => _steps.Add((name, run));

    /// <summary>Runs every step; returns the names of those that failed or were cut off.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        var unfinished = new List<string>();
        foreach (var (name, run) in _steps)
        {
            try
            {
                await run(cancellation).WaitAsync(cancellation);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // One that fails must not keep the others from their turn.
                unfinished.Add(name);
            }
        }
        return unfinished;
    }
}
