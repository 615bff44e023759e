namespace Vigil.Trust;

/// <summary>How often API keys were changed by this process.</summary>
internal sealed class KeyChanges
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Announce() => Interlocked.Increment(ref _count);
}
