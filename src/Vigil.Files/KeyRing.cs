namespace Vigil.Files;

/// <summary>Root key, tenant keys, epoch keys: each wrapped by the one above; object keys are wrapped by an epoch's.</summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>The tenant of the command line and of installations that have one.</summary>
    public const string DefaultTenant = "default";

    /// <summary>Opens the ring in a folder (created 0700, root key file 0600), or makes a new one.</summary>
    public static KeyRing OpenOrCreate(string folder) => throw new NotSupportedException();

    public void Dispose() { }
}
