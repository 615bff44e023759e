namespace Vigil.Files.Keys;

/// <summary>A tenant's key and its epochs' keys; null where the key was destroyed.</summary>
internal sealed class TenantKeys(SecretKey key) : IDisposable
{
    /// <summary>A daily epoch reaches it after 270 years.</summary>
    public const int MaxEpochs = 100_000;

    public SecretKey Key { get; } = key;

    public SortedDictionary<int, SecretKey?> Epochs { get; } = [];

    /// <summary>Makes the next epoch; ids are never used again.</summary>
    public int AddEpoch()
    {
        if (Epochs.Count >= MaxEpochs)
        {
            throw new KeyRingException(
                KeyRingProblem.TooMany,
                $"The tenant has {MaxEpochs} epochs, the most a ring holds: begin a new ring in another folder."
            );
        }
        var id = Epochs.Count == 0 ? 1 : Epochs.Keys.Last() + 1;
        Epochs.Add(id, SecretKey.Random());
        return id;
    }

    public void Dispose()
    {
        Key.Dispose();
        foreach (var epoch in Epochs.Values)
        {
            epoch?.Dispose();
        }
    }
}
