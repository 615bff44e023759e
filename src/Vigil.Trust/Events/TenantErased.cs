namespace Vigil.Trust;

/// <summary>
/// Raised when the end of a tenant is signed and its keys are destroyed: whoever keeps files of it erases them, at
/// once. Raised again until all of them succeed and its rows are removed.
/// </summary>
public sealed record TenantErased(TenantId Tenant);
