namespace Vigil.Media.Pool;

/// <summary>
/// Looks at every running job from outside, some forty times a second, and kills the worker that goes over a
/// limit. A thread of its own: a busy thread pool must not stretch the limits.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Guards <see cref="_running"/>: jobs come and go on the workers' threads while the watchdog looks.
    /// </summary>
    private readonly Lock _lock = new();
    private readonly List<JobWatch> _running = [];
    private readonly ManualResetEventSlim _work = new(false);
    private readonly ManualResetEventSlim _stop = new(false);

    public Watchdog() => new Thread(Watch) { IsBackground = true, Name = "vigil media watchdog" }.Start();

    public void Add(JobWatch job)
    {
        lock (_lock)
        {
            _running.Add(job);
            _work.Set();
        }
    }

    public void Remove(JobWatch job)
    {
        lock (_lock)
        {
            _running.Remove(job);
            if (_running.Count == 0)
            {
                _work.Reset();
            }
        }
    }

    private void Watch()
    {
        do
        {
            _work.Wait();
            lock (_lock)
            {
                foreach (var job in _running)
                {
                    job.Check();
                }
            }
        } while (!_stop.Wait(Interval));
    }

    /// <summary>The thread ends by itself; it holds nothing that must be waited for.</summary>
    public void Dispose()
    {
        _stop.Set();
        _work.Set();
    }
}
